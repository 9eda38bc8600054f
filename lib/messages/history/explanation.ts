import * as z from 'zod'
import { exampleIds } from '../../requests/documented-fields.ts'

/** The kinds of events in a message's history. Later versions may add codes. */
export const explanationCodes = [
  'received',
  'seen',
  'stored',
  'dispatched',
  'automatic',
  'control-honoured',
  'control-ignored',
  'recovered',
  'announced',
  'not-announced',
  'run-event',
  'left-server',
  'on-server',
  'handed-over',
  'handover-pending',
  'handover-waiting',
  'handover-in-doubt',
  'handover-quarantined',
  'handover-handled',
  'erased',
  'not-received',
] as const

const links = z.record(z.string(), z.string())

export const explanationStepSchema = z.object({
  at: z
    .string()
    .meta({
      format: 'date-time',
      description: 'When it happened, if known. The steps are in order even if a time is missing.',
      examples: ['2026-03-02T08:10:04.218Z'],
    })
    .optional(),
  code: z
    .enum(explanationCodes)
    .meta({ description: 'A stable code. Later versions may add codes.', examples: ['dispatched'] }),
  detail: z.string().meta({
    description: 'A human-readable sentence: what happened and why.',
    examples: ['Put into queue Support: To: support@example.com is the system address of queue Support.'],
  }),
  runId: z
    .string()
    .meta({ description: 'The run that performed this step.', examples: [exampleIds.run] })
    .optional(),
  links: links
    .meta({
      description: 'Related API paths, keyed by what they return.',
      examples: [{ run: `/runs/${exampleIds.run}` }],
    })
    .optional(),
})
export type ExplanationStep = z.infer<typeof explanationStepSchema>

export const explanationSchema = z
  .object({
    messageId: z.string().meta({ description: 'The message’s id.', examples: [exampleIds.message] }),
    stored: z.boolean().meta({
      description: '`false` if runs found the message but did not store it. The steps give the reason.',
      examples: [true],
    }),
    summary: z.string().meta({
      description: 'A short summary of where the message is and why.',
      examples: ['The message is in queue Support, was announced, and was deleted from the mail server.'],
    }),
    steps: z.array(explanationStepSchema).meta({ description: 'The events in the message’s history, in order.' }),
    links: links.meta({
      description: 'Related API paths, keyed by what they return.',
      examples: [{ message: `/messages/${exampleIds.message}` }],
    }),
  })
  .meta({ id: 'Explanation', description: 'Why a message is where it is.' })
export type Explanation = z.infer<typeof explanationSchema>
