import { type AskedRun, queuedRun, type Run, type RunStore } from './run.ts'

export const fetchQueueRefused = {
  code: 'fetch-queue-refused',
  words: 'The fetch could not be started: the fetch queue did not accept it.',
  remedy:
    'Valid accounts are due again at the next tick of the schedule. If this repeats, an operator should check the fetch queue: the log of the function that requested the run has the error code of SQS.',
} as const

/** Ends a run whose job the queue refused. A run that has started nevertheless goes on: only the answer of the queue was lost. */
export const endRefusedRun = async (runs: Pick<RunStore, 'replaceOpen'>, asked: AskedRun, now: Date): Promise<void> => {
  const run: Run = { ...queuedRun(asked), state: 'failed', endedAt: now.toISOString(), error: fetchQueueRefused }
  await runs.replaceOpen(run, run)
}
