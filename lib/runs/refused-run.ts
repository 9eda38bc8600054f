import { type AskedRun, queuedRun, type Run, type RunStore } from './run.ts'

export const fetchQueueRefused = {
  code: 'fetch-queue-refused',
  detail: 'The fetch could not be started because the fetch queue did not accept it.',
  remedy:
    'Valid accounts are due again at the next tick of the schedule. If the error persists, an operator should check the fetch queue. The log of the function that requested the run contains the error code from SQS.',
} as const

/**
 * Ends a run whose job the queue rejected. A run that has started anyway continues, because only the response of the
 * queue was lost.
 */
export const endRefusedRun = async (runs: Pick<RunStore, 'replaceOpen'>, asked: AskedRun, now: Date): Promise<void> => {
  const run: Run = { ...queuedRun(asked), state: 'failed', endedAt: now.toISOString(), error: fetchQueueRefused }
  await runs.replaceOpen(run, run)
}
