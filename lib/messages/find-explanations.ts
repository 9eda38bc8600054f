import { ProblemError } from '../problems/problem.ts'
import type { Run } from '../runs/run.ts'
import type { RunCatalog } from '../runs/run-catalog.ts'
import { explainMessage, explainUnstored } from './explain-message.ts'
import type { Explanation } from './explanation.ts'
import type { MessageId } from './message.ts'
import type { MessageCatalog } from './message-catalog.ts'

/** Runs looked through for a message nobody stored: half a second of reading, and days of an ordinary deployment. */
const runsLookedThrough = 500
const runsPerPage = 100
/** Messages with one Message-ID that are explained: mailing lists and several addresses make a handful. */
const explainedAtOnce = 20

export interface ExplainServices {
  readonly messages: Pick<MessageCatalog, 'read' | 'byMessageIdHeader'>
  readonly runs: Pick<RunCatalog, 'read' | 'list'>
}

/**
 * @param accountId narrows the search for a message that is not stored to one account's runs
 * @throws ProblemError `not-found`, saying what was looked through
 */
export const explainById = async (
  { messages, runs }: ExplainServices,
  messageId: MessageId,
  accountId: string | undefined,
): Promise<Explanation> => {
  const message = await messages.read(messageId)
  if (message) return explainMessage(message, await runs.read(message.runId))
  const looked = await lookThrough(runs, accountId)
  const unstored = explainUnstored(messageId, looked)
  if (unstored) return unstored
  throw new ProblemError(
    'not-found',
    `No message with this id is stored, and no run names it. ${wordsOf(looked, accountId)}`,
  )
}

export interface Explanations {
  readonly items: Explanation[]
  readonly words: string
}

/** Every message with this Message-ID header, newest first; with words that help where there is none. */
export const explainByHeader = async (
  { messages, runs }: ExplainServices,
  messageIdHeader: string,
  accountId: string | undefined,
): Promise<Explanations> => {
  const found = await messages.byMessageIdHeader(messageIdHeader, explainedAtOnce + 1)
  const shown = found
    .filter((message) => accountId === undefined || message.accountId === accountId)
    .slice(0, explainedAtOnce)
  if (shown.length === 0) {
    const looked = await lookThrough(runs, accountId)
    const words = `No stored message carries this Message-ID. ${wordsOf(looked, accountId)} What is skipped is not read, so its Message-ID is not known.`
    return { items: [], words }
  }
  const items = await Promise.all(shown.map(async (message) => explainMessage(message, await runs.read(message.runId))))
  const more = found.length > explainedAtOnce ? ` There are more; these are the newest ${explainedAtOnce}.` : ''
  return {
    items,
    words: `${count(items.length, 'stored message carries', 'stored messages carry')} this Message-ID.${more}`,
  }
}

/** The newest runs, newest first. */
const lookThrough = async (catalog: ExplainServices['runs'], accountId: string | undefined): Promise<Run[]> => {
  const runs: Run[] = []
  let page = await catalog.list({ accountId, limit: runsPerPage })
  runs.push(...page.runs)
  // Bounded by pages as well: a page may be empty and still have a next.
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

/** What is skipped is skipped again by every run, so only each account's last word counts. */
const wordsOf = (runs: readonly Run[], accountId: string | undefined): string => {
  const oldest = runs.at(-1)
  const where = accountId === undefined ? 'all accounts' : 'this account'
  if (!oldest)
    return `There are no records of runs of ${where}; they are kept for 7 days, or for 31 if they went wrong.`
  const latest = new Map<string, Run>()
  for (const run of runs)
    if (run.state !== 'queued' && run.state !== 'running' && !latest.has(run.accountId)) latest.set(run.accountId, run)
  const reasons = new Map<string, number>()
  for (const { skippedBecause } of latest.values())
    for (const [reason, times] of Object.entries(skippedBecause))
      reasons.set(reason, (reasons.get(reason) ?? 0) + times)
  const skipped = [...reasons.values()].reduce((sum, times) => sum + times, 0)
  const because = skipped === 0 ? '' : ` (${[...reasons].map(([reason, times]) => `${times} ${reason}`).join(', ')})`
  const looked = `${count(runs.length, 'run', 'runs')} of ${where} since ${oldest.askedAt} ${runs.length === 1 ? 'was' : 'were'} looked through`
  return `${looked}; the last one of each account skipped ${count(skipped, 'message', 'messages')}${because}.`
}

const count = (times: number, one: string, many: string): string => `${times} ${times === 1 ? one : many}`
