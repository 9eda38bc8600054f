import type { Report } from './report.ts'

/** Shells report a program that SIGINT ended with this exit code. */
const interruptedCode = 130

/**
 * SIGTERM and the first SIGINT ask the agent to finish what it has begun. The second SIGINT ends it at once.
 * @param endAtOnce ends what is running
 */
export const stopSignal = (
  report: Report,
  endAtOnce: () => void,
): { readonly signal: AbortSignal; readonly release: () => void } => {
  const controller = new AbortController()
  const finish = () => {
    if (controller.signal.aborted) return
    report.info('The agent finishes the mail that it is handing over, and then exits.')
    controller.abort()
  }
  const interrupt = () => {
    if (!controller.signal.aborted) return finish()
    report.problem(
      'The agent was interrupted. After its next start, it reports the mail that it was handing over as in doubt.',
    )
    endAtOnce()
    process.exit(interruptedCode)
  }
  process.on('SIGTERM', finish)
  process.on('SIGINT', interrupt)
  const release = () => {
    process.off('SIGTERM', finish)
    process.off('SIGINT', interrupt)
  }
  return { signal: controller.signal, release }
}
