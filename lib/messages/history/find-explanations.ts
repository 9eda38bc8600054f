import { ProblemError } from '../../reasons/problem.ts'
import type { Run } from '../../runs/run.ts'
import type { RunCatalog } from '../../runs/run-catalog.ts'
import type { Message, MessageId } from '../message.ts'
import type { MessageCatalog } from '../store/message-catalog.ts'
import { explainMessage, explainUnstored } from './explain-message.ts'
import type { Explanation, ExplanationStep } from './explanation.ts'

/**
 * The number of runs searched for a message that is not stored: half a second of reading, and days of a normal
 * deployment.
 */
const runsLookedThrough = 500
const runsPerPage = 100
/**
 * The maximum number of messages explained for one Message-ID. Mailing lists and multiple addresses result in a
 * handful.
 */
const explainedAtOnce = 20

export interface ExplainServices {
  readonly messages: Pick<MessageCatalog, 'read' | 'byMessageIdHeader'>
  readonly runs: Pick<RunCatalog, 'read' | 'list'>
  /** Explains how a stored message was handed over. */
  readonly explainHandover: (messageId: MessageId) => Promise<readonly ExplanationStep[]>
}

/**
 * @param accountId restricts the search for a message that is not stored to one account's runs
 * @throws ProblemError `not-found`, with a description of what was searched
 */
export const explainById = async (
  services: ExplainServices,
  messageId: MessageId,
  accountId: string | undefined,
): Promise<Explanation> => {
  const message = await services.messages.read(messageId)
  if (message) return await explainStored(services, message)
  const looked = await lookThrough(services.runs, accountId)
  const unstored = explainUnstored(messageId, looked)
  if (unstored) return unstored
  throw new ProblemError(
    'not-found',
    `No stored message has this id, and no run mentions it. ${wordsOf(looked, accountId)}`,
  )
}

const explainStored = async ({ runs, explainHandover }: ExplainServices, message: Message): Promise<Explanation> => {
  const [run, handover] = await Promise.all([runs.read(message.runId), explainHandover(message.messageId)])
  return explainMessage(message, run, handover)
}

export interface Explanations {
  readonly items: Explanation[]
  readonly detail: string
}

/** Explains every message with this Message-ID header, newest first. If there is none, `detail` explains why. */
export const explainByHeader = async (
  services: ExplainServices,
  messageIdHeader: string,
  accountId: string | undefined,
): Promise<Explanations> => {
  const found = await services.messages.byMessageIdHeader(messageIdHeader, explainedAtOnce + 1)
  const shown = found
    .filter((message) => accountId === undefined || message.accountId === accountId)
    .slice(0, explainedAtOnce)
  if (shown.length === 0) {
    const looked = await lookThrough(services.runs, accountId)
    const detail = `No stored message has this Message-ID. ${wordsOf(looked, accountId)} Skipped messages are not read, so their Message-IDs are unknown.`
    return { items: [], detail }
  }
  const items = await Promise.all(shown.map((message) => explainStored(services, message)))
  const more = found.length > explainedAtOnce ? ` There are more. These are the newest ${explainedAtOnce}.` : ''
  return {
    items,
    detail: `${count(items.length, 'stored message has', 'stored messages have')} this Message-ID.${more}`,
  }
}

/** The newest runs, newest first. */
const lookThrough = async (catalog: ExplainServices['runs'], accountId: string | undefined): Promise<Run[]> => {
  const runs: Run[] = []
  let page = await catalog.list({ accountId, limit: runsPerPage })
  runs.push(...page.runs)
  // The number of pages is also limited, because a page may be empty and still have a `next`.
  for (
    let pages = 1;
    page.next && runs.length < runsLookedThrough && pages < runsLookedThrough / runsPerPage;
    pages += 1
  ) {
    page = await catalog.list({ accountId, limit: runsPerPage, cursor: page.next })
    runs.push(...page.runs)
  }
  return runs
}

/** Every run skips the same messages again, so only each account's latest run counts. */
const wordsOf = (runs: readonly Run[], accountId: string | undefined): string => {
  const oldest = runs.at(-1)
  const where = accountId === undefined ? 'all accounts' : 'this account'
  if (!oldest)
    return `There are no run records for ${where}. A record is kept for 7 days, or for 31 days if the run had problems.`
  const latest = new Map<string, Run>()
  for (const run of runs)
    if (run.state !== 'queued' && run.state !== 'running' && !latest.has(run.accountId)) latest.set(run.accountId, run)
  const reasons = new Map<string, number>()
  for (const { skippedBecause } of latest.values())
    for (const [reason, times] of Object.entries(skippedBecause))
      reasons.set(reason, (reasons.get(reason) ?? 0) + times)
  const skipped = [...reasons.values()].reduce((sum, times) => sum + times, 0)
  const because = skipped === 0 ? '' : ` (${[...reasons].map(([reason, times]) => `${times} ${reason}`).join(', ')})`
  const looked = `Postmaster searched ${count(runs.length, 'run', 'runs')} of ${where} since ${oldest.askedAt}`
  return `${looked}. The latest run of each account skipped ${count(skipped, 'message', 'messages')}${because}.`
}

const count = (times: number, one: string, many: string): string => `${times} ${times === 1 ? one : many}`
