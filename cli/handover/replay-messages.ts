import * as z from 'zod'
import type { ApiClient } from '../api/client.ts'
import { destinationPath } from '../api/paths.ts'
import type { CommandOutput } from '../terminal/cli-error.ts'
import { plain } from '../terminal/text.ts'
import { ChangeReport } from './change-many.ts'
import { changeText, deliveryAnswerSchema } from './delivery-answer.ts'

/** A quarter of what the API accepts, so that progress appears every few seconds. */
const messagesPerRequest = 25

const answerSchema = z.object({
  items: z.array(
    z.object({
      messageId: z.string(),
      delivery: deliveryAnswerSchema.optional(),
      problem: z.object({ code: z.string(), detail: z.string(), remedy: z.string() }).optional(),
    }),
  ),
})

/**
 * Hands messages over to one destination. Messages that the API could not try in time are sent again.
 * @throws CliError if a message was not handed over, unless its delivery is open anyway
 */
export const replayMessages = async (
  api: ApiClient,
  output: CommandOutput,
  { messageIds, destinationId }: { readonly messageIds: readonly string[]; readonly destinationId: string },
): Promise<void> => {
  const left = [...new Set(messageIds)]
  const report = new ChangeReport(output, left.length)
  while (left.length > 0) {
    const batch = left.splice(0, messagesPerRequest)
    const { items } = await api.post(`${destinationPath(destinationId)}/replay`, { messageIds: batch }, answerSchema)
    for (const { messageId, delivery, problem } of items) {
      if (delivery) report.changed(changeText(delivery))
      else if (problem?.code === 'not-tried') left.push(messageId)
      else if (problem?.code === 'delivery-open') report.unchanged(messageId, plain(problem.detail))
      else report.failed(messageId, plain(problem?.detail ?? 'The API returned no delivery.'))
    }
  }
  report.end()
}
