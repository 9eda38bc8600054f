import Select from '@cloudscape-design/components/select'
import { useQuery } from '@tanstack/react-query'
import { useMemo, useState } from 'react'
import { accountName } from '../shared/words/account-name.ts'
import { counted } from '../shared/words/numbers.ts'
import { accountSummaries } from './summaries.ts'

/** There may be 10,000 accounts, so the list offers only the first ones that match. */
const mostOptions = 30

interface AccountSelectProps {
  accountId: string
  onChange: (accountId: string) => void
  /** Text of the choice of no account. */
  none: string
}

/** Chooses one of the mail accounts by typing a part of its name, its server or its comment. A form field names it. */
export const AccountSelect = ({ accountId, onChange, none }: AccountSelectProps) => {
  const [typed, setTyped] = useState('')
  const summaries = useQuery(accountSummaries)
  const options = useMemo(
    () =>
      [...(summaries.data?.accounts.values() ?? [])]
        .map((account) => ({
          value: account.accountId,
          label: accountName(account),
          description: [`${account.type} ${account.host}`, account.comment].filter(Boolean).join(' · '),
        }))
        .toSorted((a, b) => a.label.localeCompare(b.label)),
    [summaries.data?.accounts],
  )
  const text = typed.trim().toLowerCase()
  const found = options.filter(({ label, description }) => `${label} ${description}`.toLowerCase().includes(text))
  const shown = found.slice(0, mostOptions)
  const chosen = options.find(({ value }) => value === accountId)
  return (
    <Select
      selectedOption={
        accountId === '' ? { value: '', label: none } : (chosen ?? { value: accountId, label: `Account ${accountId}` })
      }
      options={text === '' ? [{ value: '', label: none }, ...shown] : shown}
      onChange={({ detail }) => onChange(detail.selectedOption.value ?? '')}
      filteringType="manual"
      filteringPlaceholder="Find an account"
      filteringAriaLabel="Find an account"
      onLoadItems={({ detail }) => setTyped(detail.filteringText)}
      statusType={summaries.isPending ? 'loading' : summaries.isError && !summaries.data ? 'error' : 'finished'}
      loadingText="Loading the accounts …"
      errorText="The accounts could not be loaded."
      recoveryText="Try again"
      finishedText={
        found.length > shown.length ? `${counted(found.length - shown.length, 'more account')}. Type to find them.` : ''
      }
      empty="No account matches."
    />
  )
}
