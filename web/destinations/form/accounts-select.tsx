import Multiselect from '@cloudscape-design/components/multiselect'
import { useQuery } from '@tanstack/react-query'
import { useMemo, useState } from 'react'
import { type AccountSummary, accountSummaries } from '../../accounts/summaries.ts'
import { accountName } from '../../shared/words/account-name.ts'
import { formTexts as texts } from './texts.ts'

/** There may be 10,000 accounts, so the list offers only the first ones that match. */
const mostOptions = 30

const optionOf = (account: AccountSummary) => ({
  value: account.accountId,
  label: accountName(account),
  description: [`${account.type} ${account.host}`, account.comment].filter(Boolean).join(' · '),
})

interface AccountsSelectProps {
  accountIds: readonly string[]
  onChange: (accountIds: string[]) => void
}

/** Chooses several mail accounts by typing a part of their names, servers or comments. */
export const AccountsSelect = ({ accountIds, onChange }: AccountsSelectProps) => {
  const [typed, setTyped] = useState('')
  const summaries = useQuery(accountSummaries)
  const options = useMemo(
    () => new Map([...(summaries.data?.accounts ?? [])].map(([accountId, account]) => [accountId, optionOf(account)])),
    [summaries.data?.accounts],
  )
  const text = typed.trim().toLowerCase()
  const found = [...options.values()].filter(({ label, description }) =>
    `${label} ${description}`.toLowerCase().includes(text),
  )
  return (
    <Multiselect
      ariaLabel={texts.someAccounts}
      placeholder={texts.chooseAccounts}
      filteringType="manual"
      filteringPlaceholder={texts.findAccounts}
      filteringAriaLabel={texts.findAccounts}
      statusType={summaries.isPending ? 'loading' : summaries.isError && !summaries.data ? 'error' : 'finished'}
      finishedText={found.length > mostOptions ? texts.moreAccounts(found.length - mostOptions) : ''}
      options={found.slice(0, mostOptions)}
      selectedOptions={accountIds.map((id) => options.get(id) ?? { value: id, label: id })}
      onLoadItems={({ detail }) => setTyped(detail.filteringText)}
      onChange={({ detail }) => onChange(detail.selectedOptions.map(({ value = '' }) => value))}
    />
  )
}
