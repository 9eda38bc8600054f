import type { Account } from '../accounts/account.ts'
import type { AccountStatus } from '../accounts/account-status.ts'
import type { FetchServices } from './fetch-services.ts'
import type { RunLog } from './run-log.ts'

/**
 * How long a POP3 server gets one command at a time. One that was only silent for another reason is fast again after
 * this, and one that breaks PIPELINING costs one failed run in this time.
 */
const daysOneByOne = 7

const serverOf = ({ host, port }: Account): string => `${host}:${port}`

export const asksOneByOne = (account: Account, { oneByOne }: AccountStatus, now: number): boolean =>
  oneByOne !== undefined && oneByOne.server === serverOf(account) && now < Date.parse(oneByOne.until)

/** A session broke with several commands under way: the next run does without PIPELINING, and admins see why. */
export const rememberBrokenPipelining = async (
  { statuses, now }: FetchServices,
  log: RunLog,
  account: Account,
): Promise<void> => {
  const until = new Date(now() + daysOneByOne * 24 * 60 * 60_000).toISOString()
  log.event(
    'pipelining-broken',
    'The server announces PIPELINING, and it stopped answering or answered wrongly while several commands were under ' +
      `way. Postmaster sends it one command at a time until ${until}, or until the account’s host or port changes.`,
  )
  await statuses.change(account.accountId, { oneByOne: { server: serverOf(account), until } })
}
