import * as z from 'zod'
import { CliError, exitCodes } from '../terminal/cli-error.ts'
import { plain } from '../terminal/text.ts'
import type { ApiClient } from './client.ts'

/** The fields of a queue in an API response that the commands use. */
export const queueAnswerSchema = z.looseObject({
  queueId: z.string(),
  name: z.string(),
  validity: z.string(),
  comment: z.string(),
  builtIn: z.boolean(),
  isDefault: z.boolean(),
})
export type QueueAnswer = z.infer<typeof queueAnswerSchema>

/** Finds a queue by its name or id. @throws CliError that lists the existing queues */
export const queueNamed = async (api: ApiClient, name: string): Promise<QueueAnswer> => {
  const names: string[] = []
  for await (const queue of api.list('/queues?limit=100', queueAnswerSchema)) {
    if (queue.name.toLowerCase() === name.toLowerCase() || queue.queueId === name) return queue
    names.push(plain(queue.name))
  }
  throw new CliError(
    `There is no queue \`${plain(name)}\`. Existing queues: ${names.slice(0, 20).join(', ')}.`,
    exitCodes.usage,
  )
}
