import type { Account } from '../accounts/account.ts'
import type { AccountStatus } from '../accounts/account-status.ts'
import type { RunLog } from './report/run-log.ts'
import type { FetchServices } from './services.ts'

/**
 * How many days a POP3 server gets one command at a time. A server that was silent for another reason is fast again
 * afterwards. A server that breaks PIPELINING costs one failed run per period.
 */
const daysOneByOne = 7

const serverOf = ({ host, port }: Account): string => `${host}:${port}`

export const asksOneByOne = (account: Account, { oneByOne }: AccountStatus, now: number): boolean =>
  oneByOne !== undefined && oneByOne.server === serverOf(account) && now < Date.parse(oneByOne.until)

/** Turns PIPELINING off for the next runs after a session broke during a batch of commands, and reports the reason. */
export const rememberBrokenPipelining = async (
  { statuses, now }: FetchServices,
  log: RunLog,
  account: Account,
): Promise<void> => {
  const until = new Date(now() + daysOneByOne * 24 * 60 * 60_000).toISOString()
  log.event(
    'pipelining-broken',
    'The server announces PIPELINING, but it stopped responding or sent wrong responses to a batch of commands. ' +
      `Postmaster sends one command at a time until ${until}, or until the account’s host or port changes.`,
  )
  await statuses.change(account.accountId, { oneByOne: { server: serverOf(account), until } })
}
