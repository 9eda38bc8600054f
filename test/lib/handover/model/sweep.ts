import { type SweepReport, sweepDeliveries } from '../../../../lib/handover/sweeping/sweep.ts'
import type { Memory } from './memory.ts'
import type { ModelServices } from './ports.ts'
import { CallFailed, type Process } from './process.ts'

/** One run of the sweep. What it counts and whom it notifies has no effect on deliveries. */
export const sweepOnce = async (services: ModelServices, memory: Memory, process: Process): Promise<void> => {
  const report = await sweepDeliveries(
    {
      ...services,
      balanceCursor: {
        read: () => process.call('balanceCursor.read', () => memory.balancedUntil),
        write: (until) =>
          process.call('balanceCursor.write', () => {
            memory.balancedUntil = until
          }),
      },
      counts: { of: async () => ({ open: 0, inDoubt: 0, quarantined: 0 }) },
      figures: { read: async () => undefined, write: async () => undefined },
      tokens: { ofDestination: async () => [] },
      unstored: { countOpen: async () => 0 },
      notices: { publish: async () => undefined },
    },
    () => true,
  )
  for (const fault of defectsIn(report)) memory.violations.push(`the sweep throws ${fault}`)
}

const defectsIn = ({ failedSteps }: SweepReport): string[] =>
  failedSteps.flatMap(({ step, error }) => (error instanceof CallFailed ? [] : [`${String(error)} during ${step}`]))
