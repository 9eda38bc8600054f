import { useQuery } from '@tanstack/react-query'
import { PageLink } from '../shared/navigation/page-link.tsx'
import { accountName } from '../shared/words/account-name.ts'
import { accountSummaries } from './summaries.ts'

/** An account's name, which leads to the account. The id is shown if the account has been deleted. */
export const AccountLink = ({ accountId }: { accountId: string }) => {
  const summaries = useQuery(accountSummaries)
  const account = summaries.data?.accounts.get(accountId)
  if (account) return <PageLink to={`/accounts/${accountId}`}>{accountName(account)}</PageLink>
  return summaries.data ? `deleted account ${accountId}` : '…'
}
