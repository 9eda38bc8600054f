import pLimit from 'p-limit'
import type { Actor } from '../audit/audit-entry.ts'
import type { MessageId } from '../messages/message.ts'
import type { MessageCatalog, MessageQuery } from '../messages/store/message-catalog.ts'
import { ProblemError } from '../reasons/problem.ts'
import { countedMessages } from '../text/counts.ts'
import { attemptBegan, type ErasingServices, eraseUnrecorded } from './erase-message.ts'

export interface SelectionServices extends ErasingServices {
  readonly messages: Pick<MessageCatalog, 'list'>
}

/** Which messages are meant, and how many of them the caller expects. */
export interface ErasedSelection {
  readonly filters: Omit<MessageQuery, 'limit' | 'cursor'>
  /** Without it, the matching messages are only counted. */
  readonly expected?: number | undefined
}

interface RefusedMessage {
  readonly messageId: MessageId
  readonly code: string
  readonly detail: string
  /** True if the content is erased, and only the record of an attempt is left. */
  readonly erased: boolean
}

export interface SelectionResult {
  /** The number of messages that matched at the beginning, without erased ones. */
  readonly matching: number
  readonly erased: number
  /** The number of messages that match and are not erased yet. */
  readonly left: number
  /**
   * Erased messages whose attempt began at the same moment, and the first messages that could not be erased now, with
   * the reasons.
   */
  readonly refused: readonly RefusedMessage[]
}

/** Counting 2,000 messages reads 20 pages of rows, which takes a few seconds of the API's 29. */
export const mostMatching = 2_000
/** DynamoDB reads up to 100 rows at once. */
const pageSize = 100
/** In milliseconds. The API times out after 29 seconds, and one message takes up to a second. */
const startWithin = 18_000
/** Each takes about ten requests, one after another. Eight stay far below the limits of S3 and DynamoDB. */
const sideBySide = 8
/** The reasons are nearly always the same. */
const refusedShown = 20

/**
 * Erases the messages that match filters, newest first. It stops starting further ones after 18 seconds. The caller then
 * repeats the request and expects the number that is left.
 * @throws ProblemError `count-differs` if another number of messages matches than expected; `invalid-request` if more
 * than 2,000 messages match
 */
export const eraseSelection = async (
  services: SelectionServices,
  { filters, expected }: ErasedSelection,
  by: Actor,
): Promise<SelectionResult> => {
  const end = services.now().getTime() + startWithin
  const ids = await matchingIds(services, filters)
  const matching = ids.length
  if (expected === undefined || matching === 0) return { matching, erased: 0, left: matching, refused: [] }
  if (expected !== matching)
    throw new ProblemError(
      'count-differs',
      `${countedMessages(matching)} ${matching === 1 ? 'matches' : 'match'}, but the request expects ${expected}.`,
    )
  const refused: RefusedMessage[] = []
  const incomplete: RefusedMessage[] = []
  let erased = 0
  const eraseOne = async (messageId: MessageId) => {
    if (services.now().getTime() >= end) return
    try {
      const underWay = await eraseUnrecorded(services, messageId, by)
      erased += 1
      if (underWay) incomplete.push(refusedBecause(messageId, attemptBegan(underWay), true))
    } catch (error) {
      if (!(error instanceof ProblemError)) throw error
      refused.push(refusedBecause(messageId, error, false))
    }
  }
  const intention = {
    by,
    action: 'erase' as const,
    subject: '/messages',
    name: `${matching} ${matching === 1 ? 'message' : 'messages'}`,
    changes: Object.entries({ ...filters, messages: matching })
      .filter(([, value]) => value !== undefined)
      .map(([field, to]) => ({ field, to })),
  }
  const limit = pLimit(sideBySide)
  await services.audit.record(
    intention,
    () => limit.map(ids, eraseOne),
    () => erased > 0,
  )
  return { matching, erased, left: matching - erased, refused: [...incomplete, ...refused].slice(0, refusedShown) }
}

const refusedBecause = (messageId: MessageId, { code, message }: ProblemError, erased: boolean): RefusedMessage => ({
  messageId,
  code,
  detail: message,
  erased,
})

const matchingIds = async (
  { messages }: SelectionServices,
  filters: ErasedSelection['filters'],
): Promise<MessageId[]> => {
  const ids: MessageId[] = []
  let cursor: MessageQuery['cursor']
  do {
    const page = await messages.list({ ...filters, limit: pageSize, cursor })
    // An erased message matches the same filters, except those of the state.
    ids.push(...page.messages.filter(({ erased }) => !erased).map(({ messageId }) => messageId))
    if (ids.length > mostMatching)
      throw new ProblemError('invalid-request', 'One field is invalid.', [
        { path: '/from', message: `must restrict the messages, because more than ${mostMatching} match` },
      ])
    cursor = page.next
  } while (cursor)
  return ids
}
