import { setTimeout as sleep } from 'node:timers/promises'
import { examinedOf, numberText, type RunAnswer, runAnswerSchema } from '../api/answers.ts'
import type { ApiClient } from '../api/client.ts'
import { ProgressLine } from './progress-line.ts'

/**
 * Milliseconds between two rounds. The pause grows, so that short runs are seen at once and long waits cause little
 * load.
 */
const shortestPause = 300
/** A run writes its progress about once a second. Few runs are read nearly as often, so that the progress is smooth. */
const longestPause = { few: 1_500, many: 5_000 }
/**
 * The number of parallel requests, and the minimum milliseconds for them if more follow. Together they result in at most
 * 40 requests a second. The API allows 50 for all clients together.
 */
const window = 10
const windowTime = 250

/**
 * Waits until every run has ended or the time is up, and reports progress.
 * @returns the last known state of the runs, in the order of `runIds`
 */
export const followRuns = async (
  api: ApiClient,
  runIds: readonly string[],
  timeout: number,
  progress: (text: string) => void,
): Promise<RunAnswer[]> => {
  const began = Date.now()
  const seen = new Map<string, RunAnswer>()
  let open = [...runIds]
  const line = new ProgressLine({ write: progress })
  line.show('Fetching… waiting to start')
  for (let pause = shortestPause; ; pause *= 1.3) {
    for (let start = 0; start < open.length; start += window) {
      const ids = open.slice(start, start + window)
      const more = start + window < open.length
      const [runs] = await Promise.all([
        Promise.all(ids.map((id) => api.get(`/runs/${encodeURIComponent(id)}`, runAnswerSchema))),
        more && sleep(windowTime),
      ])
      for (const run of runs) seen.set(run.runId, run)
    }
    open = open.filter((id) => !hasEnded(seen.get(id)))
    if (open.length === 0 || Date.now() - began > timeout) break
    line.show(`Fetching… ${await progressOf(runIds, [...seen.values()], api)}`)
    await sleep(Math.min(pause, open.length > window ? longestPause.many : longestPause.few))
  }
  const stored = storedBy([...seen.values()])
  line.end(
    `Fetched ${runIds.length - open.length} of ${runIds.length} ${runIds.length === 1 ? 'account' : 'accounts'}, ${stored} ${stored === '1' ? 'message' : 'messages'}`,
  )
  return runIds.flatMap((id) => seen.get(id) ?? [])
}

const hasEnded = (run: RunAnswer | undefined) => run !== undefined && run.state !== 'queued' && run.state !== 'running'

/** A single run that waits for another run of its account shows how far that run is. */
const progressOf = async (runIds: readonly string[], runs: readonly RunAnswer[], api: ApiClient): Promise<string> => {
  const [only] = runs
  if (runIds.length !== 1 || only?.state !== 'queued' || only.queuedBehind === undefined)
    return progressText(runIds, runs)
  const ahead = await api.get(`/runs/${encodeURIComponent(only.queuedBehind)}`, runAnswerSchema)
  return `waiting for the run before it: ${examinedOf([ahead])}`
}

/**
 * @returns text such as `1,240 of 5,000 messages, 1,200 stored` or `3 of 10 accounts, 1,240 of 5,000 messages`. Even with
 *   large numbers, it fits into a line of 80 characters, because a terminal cannot replace a line that it has wrapped.
 */
const progressText = (runIds: readonly string[], runs: readonly RunAnswer[]): string => {
  if (runs.every(({ state }) => state === 'queued')) return 'waiting to start'
  if (runIds.length === 1) return `${examinedOf(runs)}, ${storedBy(runs)} stored`
  const ended = runs.filter(hasEnded).length
  return `${numberText(ended)} of ${numberText(runIds.length)} accounts, ${examinedOf(runs)}`
}

const storedBy = (runs: readonly RunAnswer[]): string =>
  numberText(runs.reduce((sum, { counts }) => sum + counts.stored, 0))
