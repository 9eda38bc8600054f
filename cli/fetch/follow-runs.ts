import { setTimeout as sleep } from 'node:timers/promises'
import type { ApiClient } from '../api-client.ts'
import { type RunAnswer, runAnswerSchema } from '../runs/run-answer.ts'

/** Between two looks: quick while runs take a second, gentle when thousands wait. */
const shortestPause = 300
const longestPause = 5_000
/** Reads side by side, and the milliseconds they take at least when more follow: 40 a second of the 50 that the API lets everybody have together. */
const window = 10
const windowTime = 250

/** Waits until every run has ended or time is up, and says how far it is. @returns the runs as last seen, in the order asked for */
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

/** One line that is written over on a terminal; in a log only its end. */
const report = (progress: (text: string) => void, text: string, last: boolean) => {
  if (process.stderr.isTTY) progress(`\r\u001b[KFetching… ${text}${last ? '\n' : ''}`)
  else if (last) progress(`Fetched ${text}\n`)
}
