import Alert from '@cloudscape-design/components/alert'
import FormField from '@cloudscape-design/components/form-field'
import Input from '@cloudscape-design/components/input'
import Select from '@cloudscape-design/components/select'
import SpaceBetween from '@cloudscape-design/components/space-between'
import { useQuery } from '@tanstack/react-query'
import { allProfiles } from '../../../api/short-lists.ts'
import { PageLink } from '../../../shared/navigation/page-link.tsx'
import { help, labels, optional } from '../texts.ts'
import type { AccountForm } from '../use-account-form.ts'

/** The profile that provides the tokens, and whose mailbox is opened with them. */
export const OAuth2Fields = ({ form: { draft, change, errorAt, stored } }: { form: AccountForm }) => {
  const profiles = useQuery(allProfiles)
  const options = (profiles.data ?? []).map(({ profileId, name }) => ({ value: profileId, label: name }))
  const chosen = profiles.data?.find(({ profileId }) => profileId === draft.profileId)
  const peopleConsent = chosen?.grant !== 'client_credentials'
  return (
    <SpaceBetween size="l">
      <FormField label={labels.profileId} errorText={errorAt('/profileId')}>
        <Select
          selectedOption={
            options.find(({ value }) => value === draft.profileId) ??
            (draft.profileId === '' ? null : { value: draft.profileId, label: draft.profileId })
          }
          options={options}
          placeholder="Choose a profile"
          statusType={profiles.isPending ? 'loading' : profiles.isError ? 'error' : 'finished'}
          loadingText="Loading the profiles …"
          errorText="The profiles could not be loaded."
          recoveryText="Try again"
          onLoadItems={() => profiles.isError && void profiles.refetch()}
          empty={help.noProfiles}
          onChange={({ detail }) => change({ profileId: detail.selectedOption.value ?? '' })}
        />
      </FormField>
      {profiles.data?.length === 0 && (
        <Alert type="info">
          {help.noProfiles} <PageLink to="/oauth2">{help.addProfile}</PageLink>
        </Alert>
      )}
      <FormField
        label={labels.username}
        description={peopleConsent ? help.consentingUsername : help.appOnlyUsername}
        errorText={errorAt('/username')}
      >
        <Input
          value={draft.username}
          autoComplete={false}
          spellcheck={false}
          inputMode="email"
          onChange={({ detail }) => change({ username: detail.value })}
        />
      </FormField>
      {(peopleConsent || draft.mailbox !== '') && (
        <FormField
          label={
            <span>
              {labels.mailbox} <i>– {optional}</i>
            </span>
          }
          description={help.mailbox}
          errorText={errorAt('/mailbox')}
        >
          <Input
            value={draft.mailbox}
            autoComplete={false}
            spellcheck={false}
            inputMode="email"
            placeholder="desk@example.com"
            onChange={({ detail }) => change({ mailbox: detail.value })}
          />
        </FormField>
      )}
      {chosen && peopleConsent && stored?.authentication !== 'oauth2' && <Alert type="info">{help.consentLater}</Alert>}
    </SpaceBetween>
  )
}
