import FormField from '@cloudscape-design/components/form-field'
import Input from '@cloudscape-design/components/input'
import Select from '@cloudscape-design/components/select'
import SpaceBetween from '@cloudscape-design/components/space-between'
import StatusIndicator from '@cloudscape-design/components/status-indicator'
import { useMutation } from '@tanstack/react-query'
import { useState } from 'react'
import { asProblem } from '../../../api/problems.ts'
import { isAddress, type Proposal, proposalsFor, serverFields } from '../proposals.ts'
import { help, labels, optional, proposal as texts } from '../texts.ts'
import type { AccountForm } from '../use-account-form.ts'

/** Proposes type, host, port and username for an email address. Everything proposed can be changed. */
export const AddressField = ({ form: { draft, change } }: { form: AccountForm }) => {
  const [address, setAddress] = useState('')
  const [chosen, setChosen] = useState<Proposal>()
  const use = (proposal: Proposal) => {
    setChosen(proposal)
    change(serverFields(proposal))
  }
  const proposing = useMutation({
    mutationFn: proposalsFor,
    onSuccess: ({ certain, items: [first] }) => {
      // What the person has typed in the meantime stays.
      if (certain && first && (draft.host === '' || draft.host === chosen?.host)) use(first)
    },
  })
  const propose = () => {
    const typed = address.trim()
    if (!isAddress(typed) || typed === proposing.variables) return
    if (draft.username === '' || draft.username === proposing.variables) change({ username: typed })
    proposing.mutate(typed)
  }
  return (
    <SpaceBetween size="m">
      <FormField
        label={
          <span>
            {labels.address} <i>– {optional}</i>
          </span>
        }
        description={help.address}
        constraintText={help.addressNotSaved}
        warningText={proposing.isError && `${asProblem(proposing.error).message} ${asProblem(proposing.error).remedy}`}
      >
        <Input
          value={address}
          type="email"
          inputMode="email"
          autoComplete={false}
          spellcheck={false}
          placeholder="support@example.com"
          onChange={({ detail }) => setAddress(detail.value)}
          onBlur={propose}
          onKeyDown={({ detail }) => {
            if (detail.key === 'Enter') propose()
          }}
        />
      </FormField>
      {proposing.isPending && <StatusIndicator type="loading">{texts.checking}</StatusIndicator>}
      {proposing.data && !proposing.data.certain && (
        <ProviderSelect items={proposing.data.items} chosen={chosen} onChoose={use} />
      )}
      {chosen && (
        <StatusIndicator type="info" wrapText>
          {[texts.used(chosen.host), chosen.note, chosen.oauth2 && texts.oauth2].filter(Boolean).join('. ')}
        </StatusIndicator>
      )}
    </SpaceBetween>
  )
}

interface ProviderSelectProps {
  items: readonly Proposal[]
  chosen: Proposal | undefined
  onChoose: (proposal: Proposal) => void
}

/** The address does not reveal who hosts a domain of its own. */
const ProviderSelect = ({ items, chosen, onChoose }: ProviderSelectProps) => {
  // A domain can publish several services of one host.
  const options = items.map((item, index) => ({
    value: String(index),
    label: labelOf(item),
    ...(item.provider !== undefined && { description: item.host }),
  }))
  return (
    <FormField label={texts.which}>
      <Select
        selectedOption={(chosen && options[items.indexOf(chosen)]) ?? null}
        options={options}
        placeholder="Choose a provider"
        onChange={({ detail }) => {
          const item = items[Number(detail.selectedOption.value)]
          if (item) onChoose(item)
        }}
      />
    </FormField>
  )
}

const labelOf = ({ provider, publishedBy, host, type }: Proposal): string =>
  publishedBy === undefined
    ? (provider ?? texts.ownServer(host))
    : texts.published(`${provider ?? host} (${type})`, publishedBy)
