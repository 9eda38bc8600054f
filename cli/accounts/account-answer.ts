import * as z from 'zod'

/** What the commands need of an account as the API shows it. */
export const accountAnswerSchema = z.object({
  accountId: z.string(),
  type: z.string(),
  host: z.string(),
  port: z.int(),
  username: z.string(),
  folder: z.string().optional(),
  trusted: z.boolean(),
  validity: z.string(),
  comment: z.string(),
  dispatching: z.object({ by: z.string(), queueName: z.string().optional() }),
  status: z.object({
    lastRun: z.object({ state: z.string() }).optional(),
    lastSuccessAt: z.string().optional(),
    lastError: z.object({ code: z.string(), words: z.string(), remedy: z.string() }).optional(),
    nextFetchAt: z.string().optional(),
  }),
})
export type AccountAnswer = z.infer<typeof accountAnswerSchema>
