import * as z from 'zod'
import { exampleIds } from '../requests/documented-fields.ts'

/** What can have happened to a message. More may follow. */
export const explanationCodes = [
  'received',
  'seen',
  'stored',
  'dispatched',
  'control-honoured',
  'control-ignored',
  'announced',
  'not-announced',
  'run-event',
  'left-server',
  'on-server',
] as const

const links = z.record(z.string(), z.string())

export const explanationStepSchema = z.object({
  at: z
    .string()
    .meta({
      format: 'date-time',
      description: 'When, where it is known; the steps are in their order all the same.',
      examples: ['2026-03-02T08:10:04.218Z'],
    })
    .optional(),
  code: z.enum(explanationCodes).meta({ description: 'Stable; more may follow.', examples: ['dispatched'] }),
  words: z.string().meta({
    description: 'What happened and why, for people.',
    examples: ['Put into queue Support: To: support@example.com is a system address of Support.'],
  }),
  runId: z
    .string()
    .meta({ description: 'The run that did it.', examples: [exampleIds.run] })
    .optional(),
  links: links
    .meta({
      description: 'Paths of this API to look on, by what is there.',
      examples: [{ run: `/runs/${exampleIds.run}` }],
    })
    .optional(),
})
export type ExplanationStep = z.infer<typeof explanationStepSchema>

export const explanationSchema = z
  .object({
    messageId: z.string().meta({ description: 'The message.', examples: [exampleIds.message] }),
    stored: z.boolean().meta({
      description: 'False: runs met it and did not store it; the steps say why.',
      examples: [true],
    }),
    summary: z.string().meta({
      description: 'Where it is and why, in one sentence.',
      examples: ['It lies in queue Support, was announced, and was deleted from the mail server.'],
    }),
    steps: z.array(explanationStepSchema).meta({ description: 'What happened to it, in order.' }),
    links: links.meta({
      description: 'Paths of this API to look on, by what is there.',
      examples: [{ message: `/messages/${exampleIds.message}` }],
    }),
  })
  .meta({ id: 'Explanation', description: 'Why a message is where it is.' })
export type Explanation = z.infer<typeof explanationSchema>
