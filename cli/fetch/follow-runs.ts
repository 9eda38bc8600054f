import { setTimeout as sleep } from 'node:timers/promises'
import { type RunAnswer, runAnswerSchema } from '../api/answers.ts'
import type { ApiClient } from '../api/client.ts'

/**
 * Milliseconds between two rounds. The pause grows, so that short runs are seen at once and long waits cause little
 * load.
 */
const shortestPause = 300
const longestPause = 5_000
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
  for (let pause = shortestPause; ; pause = Math.min(longestPause, pause * 1.3)) {
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
    const stored = [...seen.values()].reduce((sum, { counts }) => sum + counts.stored, 0)
    report(
      progress,
      `${runIds.length - open.length} of ${runIds.length} accounts, ${stored} messages`,
      open.length === 0,
    )
    if (open.length === 0 || Date.now() - began > timeout) break
    await sleep(pause)
  }
  return runIds.flatMap((id) => seen.get(id) ?? [])
}

const hasEnded = (run: RunAnswer | undefined) => run !== undefined && run.state !== 'queued' && run.state !== 'running'

/** Updates a single line on a terminal. Otherwise, for example in a log, prints only the final result. */
const report = (progress: (text: string) => void, text: string, last: boolean) => {
  if (process.stderr.isTTY) progress(`\r\u001b[KFetching… ${text}${last ? '\n' : ''}`)
  else if (last) progress(`Fetched ${text}\n`)
}
