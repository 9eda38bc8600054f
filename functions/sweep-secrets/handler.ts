import { highestSweep, type SweepServices, sweepSecrets } from '../../lib/secrets/sweep-secrets.ts'
import { type Log, safeFieldsOf } from '../shared/logger.ts'

export interface SweepFunction {
  readonly services: SweepServices
  readonly log: Log
}

/** Started once a day by a rule; its event says nothing we need. A failed sweep is a failed invocation, which Lambda repeats. */
export const sweepHandler =
  ({ services, log }: SweepFunction) =>
  async (): Promise<void> => {
    try {
      const { looked, deleted, more } = await sweepSecrets(services)
      log.info('secrets swept', { looked, deleted })
      if (more)
        log.warn(`more than ${highestSweep} secrets have no account or profile; check the deployment`, { deleted })
    } catch (error) {
      log.error('the sweep failed', safeFieldsOf(error))
      // Lambda writes the error it gets into the log, whatever it holds.
      throw new Error('The sweep failed; see the line before.')
    }
  }
