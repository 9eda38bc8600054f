import Multiselect from '@cloudscape-design/components/multiselect'
import { useQueries, useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { api, bodyOf } from '../../api/client.ts'
import type { components } from '../../api/schema.d.ts'
import { formTexts as texts } from './texts.ts'

type Account = Pick<components['schemas']['Account'], 'accountId' | 'username' | 'host' | 'comment'>

const offered = 20

const optionOf = ({ accountId, username, host, comment }: Account) => ({
  value: accountId,
  label: `${username} at ${host}`,
  ...(comment !== '' && { description: comment }),
})

interface AccountsSelectProps {
  accountIds: readonly string[]
  onChange: (accountIds: string[]) => void
}

/** There can be thousands of accounts, so the API searches them. */
export const AccountsSelect = ({ accountIds, onChange }: AccountsSelectProps) => {
  const [filter, setFilter] = useState('')
  const found = useQuery({
    queryKey: ['accounts', 'offered', filter],
    queryFn: () =>
      bodyOf(api.GET('/accounts', { params: { query: { limit: offered, ...(filter !== '' && { filter }) } } })),
  })
  const chosen = useQueries({
    queries: accountIds.map((accountId) => ({
      queryKey: ['accounts', 'one', accountId, 'name'],
      queryFn: () => bodyOf(api.GET('/accounts/{accountId}', { params: { path: { accountId } } })),
      staleTime: Number.POSITIVE_INFINITY,
    })),
  })
  return (
    <Multiselect
      ariaLabel={texts.someAccounts}
      placeholder={texts.chooseAccounts}
      filteringType="manual"
      filteringPlaceholder={texts.findAccounts}
      filteringAriaLabel={texts.findAccounts}
      statusType={found.isPending ? 'loading' : found.isError ? 'error' : 'finished'}
      options={(found.data?.items ?? []).map(optionOf)}
      selectedOptions={accountIds.map((id, index) => {
        const account = chosen[index]?.data
        return account ? optionOf(account) : { value: id, label: id }
      })}
      onLoadItems={({ detail }) => setFilter(detail.filteringText.trim())}
      onChange={({ detail }) => onChange(detail.selectedOptions.map(({ value = '' }) => value))}
    />
  )
}
