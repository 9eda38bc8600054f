import type { Resume } from '../../accounts/account-status.ts'
import type { ListedMessage } from '../../mailbox/mailbox.ts'
import type { Message } from '../../messages/message.ts'
import { limits } from '../limits.ts'
import { type Candidate, type Departing, deathsOf, markOf, messageIdFor } from '../part.ts'
import type { SkipReason } from '../report/run-log.ts'
import type { Session } from '../session.ts'

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
export const classify = async (session: Session, window: readonly ListedMessage[]): Promise<ListedVerdict[]> => {
  const verdicts: ListedVerdict[] = []
  for (let start = 0; start < window.length; start += limits.rowsAtOnce)
    verdicts.push(...(await classifySome(session, window.slice(start, start + limits.rowsAtOnce))))
  return verdicts
}

const classifySome = async (session: Session, some: readonly ListedMessage[]): Promise<ListedVerdict[]> => {
  const { part } = session
  const listed = some.map((message) => ({
    message,
    messageId: message.uidIsStable ? messageIdFor(part, message.uid) : undefined,
  }))
  const ids = listed.flatMap(({ messageId }) => (messageId === undefined ? [] : [messageId]))
  const { ledger, now } = part.services
  const rows = new Map((await ledger.readListed(ids, new Date(now()).toISOString())).map((row) => [row.messageId, row]))
  return listed.map(({ message, messageId }) => {
    const known = messageId === undefined ? undefined : rows.get(messageId)
    const verdict =
      known && messageId !== undefined
        ? knownVerdict(session, message, messageId, known)
        : unknownVerdict(session, message, messageId)
    return { ...verdict, counted: known?.runId === part.log.run.runId }
  })
}

const knownVerdict = (
  { part: { account }, resume, unremoved }: Session,
  message: ListedMessage,
  messageId: string,
  known: Message,
): Verdict => {
  const reappeared = known.server === 'deleted' || known.server === 'moved'
  // Accounts that keep their mail request no deletion. With `kept`, the message has been compared since.
  const isKept = account.afterFetch.action === 'keep' && known.server === 'kept'
  const mayBeAnother = resume.removalUnconfirmed || message.uidIsNumber
  const sure = (isKept || !mayBeAnother) && looksTheSame(message, known)
  if (sure && known.state !== 'stored' && unremoved.isGivenUp(message.uid))
    return { action: 'leave-unremoved', message }
  if (reappeared || !sure) return { action: 'read', candidate: { message, messageId, known, suspect: false } }
  const departing = { message, messageId }
  if (known.state === 'stored') return { action: 'announce', departing, known }
  return isKept ? { action: 'leave', message } : { action: 'depart', departing }
}

/** Compares size and arrival time, the only properties in the listing, because some servers reuse a UID. */
const looksTheSame = (message: ListedMessage, { source }: Message): boolean =>
  message.size === source.listedSize && message.internalDate === source.internalDate

const unknownVerdict = (
  { part: { account }, resume }: Session,
  message: ListedMessage,
  messageId: string | undefined,
): Verdict => {
  const deaths = deathsOf(resume, markOf(message))
  const size = knownSize(resume, message)
  const skip = (reason: SkipReason): Verdict => ({ action: 'skip', reason, message: { ...message, size }, messageId })
  if (message.flaggedDeleted) return skip('flagged-deleted')
  if (size > account.maxMessageSize) return skip('too-large')
  if (deaths >= limits.deaths) return skip('deadly')
  const suspect = deaths > 0 || (resume.suspects?.includes(markOf(message)) ?? false)
  return { action: 'read', candidate: { message, messageId, suspect } }
}

/**
 * Returns the message's size as an earlier run measured it, or otherwise its listed size. The measured size applies
 * only if the listed size is unchanged, because some servers give a removed message's ID to another message.
 */
const knownSize = ({ largerThanListed = [] }: Resume, { uid, size }: ListedMessage): number =>
  largerThanListed.find((one) => one.uid === uid && one.listed === size)?.size ?? size
