import { GetQueueAttributesCommand } from '@aws-sdk/client-sqs'
import * as z from 'zod'
import { StepFailed } from '../report/step-error.ts'
import { waitUntil } from '../report/wait-until.ts'
import type { Verification } from './verification.ts'

const overviewSchema = z.looseObject({
  tick: z.looseObject({ slot: z.string(), at: z.string(), accountsDue: z.number(), overdue: z.boolean() }).optional(),
})

/** Waits for the first tick of a new deployment. The step comes late, so that most of the time has already passed. */
export const checkSchedule = ({ journal, admin, limits, signal }: Verification): Promise<true | undefined> =>
  journal.step('schedule', async () => {
    const tick = await waitUntil(async () => (await admin.client.get('/overview', overviewSchema)).tick, {
      limit: limits.tick,
      pause: 5 * limits.pause,
      signal,
    })
    if (tick === undefined)
      throw new StepFailed(
        'no-tick',
        'The schedule has not ticked yet.',
        'If TickMinutes is greater than 10, run the command again later. Otherwise, check the rule, and the log and the Throttles metric of the dispatch function.',
      )
    if (tick.overdue)
      throw new StepFailed(
        'tick-overdue',
        `The latest tick was at ${tick.slot}.`,
        'Check whether the rule is enabled, and the log and the Throttles metric of the dispatch function.',
      )
    return { detail: `The latest tick was at ${tick.slot}, with ${tick.accountsDue} accounts due.`, value: true }
  })

const abandonedQueues = ['FailedEventsUrl', 'DeadLettersUrl', 'PlanDeadLettersUrl', 'DeliveryDeadLettersUrl'] as const

export const checkFailedWork = ({ journal, cloud, deployment }: Verification): Promise<true | undefined> =>
  journal.step('failed-work', async () => {
    const counts = await Promise.all(
      abandonedQueues.map(async (output) => {
        const { Attributes } = await cloud.sqs.send(
          new GetQueueAttributesCommand({
            QueueUrl: deployment.collector.outputs[output],
            AttributeNames: ['ApproximateNumberOfMessages'],
          }),
        )
        return { output, count: Number(Attributes?.ApproximateNumberOfMessages) }
      }),
    )
    const full = counts.filter(({ count }) => count !== 0)
    if (full.length > 0)
      throw new StepFailed(
        'work-given-up',
        `There are messages in ${full.map(({ output, count }) => `${output} (${count})`).join(', ')}.`,
        'See the section of this queue in docs/runbook.md.',
      )
    return { detail: `All ${counts.length} queues are empty.`, value: true }
  })
