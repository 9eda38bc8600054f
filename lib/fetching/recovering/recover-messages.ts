import type { Actor } from '../../audit/audit-entry.ts'
import type { AuditTrail } from '../../audit/audit-trail.ts'
import type { MessageId } from '../../messages/message.ts'
import type { DynamoMessageLedger } from '../../messages/store/message-ledger.ts'
import type { S3RawStore } from '../../messages/store/s3-raw-store.ts'
import { errorNameOf } from '../failures.ts'
import {
  notRecovered,
  type RecoverMessageServices,
  type RecoveryOutcome,
  type RecoveryProblem,
  type RecoverySettings,
  recoverMessage,
} from './recover-message.ts'

export interface RecoverMessagesServices extends RecoverMessageServices {
  readonly raw: RecoverMessageServices['raw'] & Pick<S3RawStore, 'list'>
  readonly ledger: RecoverMessageServices['ledger'] & Pick<DynamoMessageLedger, 'existing'>
  readonly audit: Pick<AuditTrail, 'record'>
}

export interface RecoveryRequest {
  /** The time of the backup (ISO 8601). Messages that were stored before it are left out. */
  readonly from: string
  /** Counts what can be recovered, and writes nothing. */
  readonly dryRun: boolean
  /** The key after which the call goes on. */
  readonly after?: string | undefined
}

type MessageProblem = RecoveryProblem & { readonly messageId: MessageId }

export interface Recovery {
  /** The number of messages whose raw mail was compared with the table. */
  readonly examined: number
  readonly withoutRecord: number
  readonly recovered: number
  readonly problems: readonly MessageProblem[]
  /** Where the next call goes on. It is absent at the end of the bucket. */
  readonly after?: string
}

/**
 * A call starts nothing after this number of milliseconds, and ends what is still being read after another 8 s. API
 * Gateway answers 504 after 30 s.
 */
const startNothingAfter = 18_000
const endAfter = 26_000
/** With four streams, the function's network is busy, and the beginnings of four headers take 1 MiB. */
const parallelism = 4
/**
 * In milliseconds. A run writes the record of a message after its raw mail, so a record that the backup lacks can belong
 * to an object that is older than the backup: by minutes, or, if the run was killed in between, until the account is
 * fetched again. An account that fails is tried at least every hour.
 */
const longestStoring = 24 * 60 * 60_000
const messageKey = /^[0-9a-f]{64}$/

/**
 * Compares the bucket with the messages table, and writes the missing records. The schedule announces the recovered
 * messages. Existing records are never changed. One call does a limited amount of work.
 */
export const recoverMessages = async (
  services: RecoverMessagesServices,
  { from, dryRun, after: start }: RecoveryRequest,
  by: Actor,
): Promise<Recovery> => {
  const startedAt = services.now().getTime()
  const mayStart = () => services.now().getTime() - startedAt < startNothingAfter
  const settings = { dryRun, signal: AbortSignal.timeout(endAfter) }
  const total = { examined: 0, withoutRecord: 0, recovered: 0, problems: [] as MessageProblem[] }
  let after = start
  do {
    const { messageIds, missing, end } = await compare(services, after, from)
    const recover = () => recoverWhile(mayStart, services, missing, settings)
    const outcomes =
      dryRun || missing.length === 0
        ? await recover()
        : await services.audit.record(intentionOf(by), recover, (found) => [...found.values()].includes('recovered'))
    for (const [messageId, outcome] of outcomes) {
      if (outcome === 'known') continue
      total.withoutRecord += 1
      if (outcome === 'recovered') total.recovered += 1
      else total.problems.push({ messageId, ...outcome })
    }
    const isCut = outcomes.size < missing.length
    after = isCut ? (missing[outcomes.size - 1] ?? after) : end
    total.examined += isCut ? messageIds.filter((id) => id <= (after ?? '')).length : messageIds.length
  } while (after !== undefined && mayStart())
  return { ...total, ...(after !== undefined && { after }) }
}

interface Compared {
  readonly messageIds: readonly MessageId[]
  /** Those without a record, in the same order. */
  readonly missing: readonly MessageId[]
  /** The last key of the page, unless the bucket ends with it. */
  readonly end: string | undefined
}

/** Compares one page of the bucket. The bucket also contains views and copies, whose keys are not message ids. */
const compare = async (
  { raw, ledger }: Pick<RecoverMessagesServices, 'raw' | 'ledger'>,
  after: string | undefined,
  from: string,
): Promise<Compared> => {
  const { objects, more } = await raw.list(after)
  const since = Date.parse(from) - longestStoring
  const messageIds = objects
    .filter(({ key, storedAt }) => messageKey.test(key) && storedAt.getTime() >= since)
    .map(({ key }) => key)
  const existing = await ledger.existing(messageIds)
  const missing = messageIds.filter((messageId) => !existing.has(messageId))
  return { messageIds, missing, end: more ? objects.at(-1)?.key : undefined }
}

/** @returns the outcomes in the order of the messages, without those for which there was no time */
const recoverWhile = async (
  mayStart: () => boolean,
  services: RecoverMessageServices,
  messageIds: readonly MessageId[],
  settings: RecoverySettings,
): Promise<Map<MessageId, RecoveryOutcome>> => {
  const outcomes = new Map<MessageId, RecoveryOutcome>()
  for (let at = 0; at < messageIds.length && mayStart(); at += parallelism) {
    const some = messageIds.slice(at, at + parallelism)
    const found = await Promise.all(some.map((messageId) => recoverOrExplain(services, messageId, settings)))
    for (const [index, messageId] of some.entries()) outcomes.set(messageId, found[index] ?? 'known')
  }
  return outcomes
}

/** One message that cannot be read must not block all those behind it. */
const recoverOrExplain = async (
  services: RecoverMessageServices,
  messageId: MessageId,
  settings: RecoverySettings,
): Promise<RecoveryOutcome> => {
  try {
    return await recoverMessage(services, messageId, settings)
  } catch (error) {
    const failure = error instanceof Error ? error : new Error('a request failed without an error')
    services.logError('cannot recover the record of a message', failure, { messageId })
    return notRecovered(`Reading the raw mail or writing the record failed (${errorNameOf(error)}).`)
  }
}

const intentionOf = (by: Actor) => ({ by, action: 'recover' as const, subject: '/messages', name: 'lost records' })
