import type { AccountStatus } from '../../accounts/account-status.ts'
import type { ListedMessage } from '../../mailbox/mailbox.ts'
import type { Message } from '../../messages/message.ts'
import type { Candidate, Departing } from '../candidate.ts'
import { deathsOf } from '../deaths.ts'
import { knownSize } from '../larger-than-listed.ts'
import { limits } from '../limits.ts'
import { markOf } from '../message-mark.ts'
import { type FetchContext, messageIdFor } from '../part.ts'
import type { Unremoved } from '../removal/unremoved.ts'
import type { SkipReason } from '../report/run-log.ts'

/** What to do with one listed message. */
export type Verdict =
  | { readonly action: 'read'; readonly candidate: Candidate }
  | { readonly action: 'depart'; readonly departing: Departing }
  | { readonly action: 'leave' | 'leave-unremoved'; readonly message: ListedMessage }
  | { readonly action: 'announce'; readonly departing: Departing; readonly known: Message }
  | {
      readonly action: 'skip'
      readonly reason: SkipReason
      readonly message: ListedMessage
      readonly messageId: string | undefined
    }

/** `counted`: an earlier part of this run stored and counted the message. */
export type ListedVerdict = Verdict & { readonly counted: boolean }

/** Compares one window of the server's listing with the stored messages. */
export const classify = async (
  context: FetchContext,
  status: AccountStatus,
  unremoved: Unremoved,
  window: readonly ListedMessage[],
): Promise<ListedVerdict[]> => {
  const verdicts: ListedVerdict[] = []
  for (let start = 0; start < window.length; start += limits.rowsAtOnce)
    verdicts.push(...(await classifySome(context, status, unremoved, window.slice(start, start + limits.rowsAtOnce))))
  return verdicts
}

const classifySome = async (
  context: FetchContext,
  status: AccountStatus,
  unremoved: Unremoved,
  some: readonly ListedMessage[],
): Promise<ListedVerdict[]> => {
  const listed = some.map((message) => ({
    message,
    messageId: message.uidIsStable ? messageIdFor(context, message.uid) : undefined,
  }))
  const ids = listed.flatMap(({ messageId }) => (messageId === undefined ? [] : [messageId]))
  const { ledger, now } = context.services
  const known = await ledger.readListed(ids, new Date(now()).toISOString())
  const rows = new Map(known.map((row) => [row.messageId, row]))
  return listed.map(({ message, messageId }) => {
    const known = messageId === undefined ? undefined : rows.get(messageId)
    const verdict =
      known && messageId !== undefined
        ? knownVerdict(context, status, unremoved, message, messageId, known)
        : unknownVerdict(context, status, message, messageId)
    return { ...verdict, counted: known?.runId === context.log.run.runId }
  })
}

const knownVerdict = (
  { account }: FetchContext,
  { removalUnconfirmed }: AccountStatus,
  unremoved: Unremoved,
  message: ListedMessage,
  messageId: string,
  known: Message,
): Verdict => {
  const reappeared = known.server === 'deleted' || known.server === 'moved'
  // Accounts that keep their mail request no deletion. With `kept`, the message has been compared since.
  const settled = account.afterFetch.action === 'keep' && known.server === 'kept'
  const mayBeAnother = removalUnconfirmed || message.uidIsNumber
  const sure = (settled || !mayBeAnother) && looksTheSame(message, known)
  if (sure && known.state !== 'stored' && unremoved.isGivenUp(message.uid))
    return { action: 'leave-unremoved', message }
  if (reappeared || !sure) return { action: 'read', candidate: { message, messageId, known, suspect: false } }
  const departing = { message, messageId }
  if (known.state === 'stored') return { action: 'announce', departing, known }
  return settled ? { action: 'leave', message } : { action: 'depart', departing }
}

/** Compares size and arrival time, the only properties in the listing, because some servers reuse a UID. */
const looksTheSame = (message: ListedMessage, { source }: Message): boolean =>
  message.size === source.listedSize && message.internalDate === source.internalDate

const unknownVerdict = (
  { account }: FetchContext,
  status: AccountStatus,
  message: ListedMessage,
  messageId: string | undefined,
): Verdict => {
  const deaths = deathsOf(status, markOf(message))
  const size = knownSize(status, message)
  const skip = (reason: SkipReason): Verdict => ({ action: 'skip', reason, message: { ...message, size }, messageId })
  if (message.flaggedDeleted) return skip('flagged-deleted')
  if (size > account.maxMessageSize) return skip('too-large')
  if (deaths >= limits.deaths) return skip('deadly')
  const suspect = deaths > 0 || (status.suspects?.includes(markOf(message)) ?? false)
  return { action: 'read', candidate: { message, messageId, suspect } }
}
