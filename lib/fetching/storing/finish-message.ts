import type { Message } from '../../messages/message.ts'
import { errorNameOf } from '../failures.ts'
import type { Candidate, Part } from '../part.ts'
import type { Session } from '../session.ts'
import type { StoreOutcome } from './store-message.ts'

/**
 * Takes the steps that follow once a message was stored or its bytes proved to be known: counts the message, announces
 * it, and releases it for its after-fetch action.
 */
export const finishMessage = async (session: Session, candidate: Candidate, stored: StoreOutcome): Promise<void> => {
  const { part, uidls, unremoved } = session
  session.unfinished.delete(candidate)
  if (stored.outcome === 'unstorable') return session.unstorable(candidate)
  const { outcome, row, repeats } = stored
  const { message } = candidate
  uidls.known(message.uid)
  if (repeats?.here) await uidls.repeated()
  const isNew = session.countRead(candidate, outcome, row)
  // Only a row from an earlier session can show that the server removed its message. A new row never does.
  const wasRemoved = row.server === 'deleted' || row.server === 'moved'
  if (wasRemoved && part.account.afterFetch.action !== 'keep')
    unremoved.report(message.uid, keptWords, row.messageId, true)
  else session.madeProgress ||= isNew && !comesAgain(part, candidate, outcome)
  await noteReusedUid(part, candidate, row)
  const unannounced = [repeats?.original, row].find((one) => one?.state === 'stored')
  if (unannounced && !(await announceMessage(part, unannounced))) return
  session.release({
    message,
    messageId: row.messageId,
    original: repeats?.here ? repeats.original.messageId : undefined,
  })
}

const keptWords = 'The server confirmed the removal of this message, but lists it again with the same bytes.'

/** True for a known message that the next part reads again, unless the message leaves the server. */
const comesAgain = ({ account }: Part, { message, known }: Candidate, outcome: 'stored' | 'known'): boolean => {
  const becomesKept = account.afterFetch.action === 'keep' && known?.server !== 'kept'
  return outcome === 'known' && (!message.uidIsStable || (known !== undefined && !becomesKept))
}

/**
 * Marks the known row as `deleted` if its UID now refers to other bytes, because the row's message has left the server.
 * A server that reused a UID may do so again. Because of `deleted`, later messages with this UID are always compared.
 */
const noteReusedUid = async ({ services }: Part, { known }: Candidate, { messageId }: Message): Promise<void> => {
  if (!known || known.messageId === messageId || known.server === 'deleted' || known.server === 'moved') return
  await services.ledger.markServer([known.messageId], 'deleted', new Date(services.now()).toISOString())
}

/**
 * Announces a stored message and marks it as announced.
 *
 * @returns false if the topic did not confirm. The message then stays on the server, and the next run or the dispatch
 *   function's sweep announces it again with the same ID.
 */
export const announceMessage = async ({ services, log }: Part, row: Message): Promise<boolean> => {
  try {
    await services.announcer.announce(row)
    await services.ledger.markAnnounced(row.messageId, new Date(services.now()).toISOString())
  } catch (error) {
    const detail = `The announcement was not confirmed (${errorNameOf(error)}). Postmaster will send it again.`
    log.event('announcement-failed', detail, row.messageId)
    return false
  }
  log.count('announced')
  return true
}
