import * as z from 'zod'
import type { Actor } from '../requests/actor.ts'
import { exampleIds, personField, subField, timeField } from '../requests/documented-fields.ts'

export const auditActions = ['create', 'change', 'delete', 'fetch', 'authorize', 'connect'] as const

/** `unconfirmed`: the change was about to be made, and nobody lived to say whether it was. */
export const auditOutcomes = ['made', 'not-made', 'unconfirmed'] as const
export type AuditOutcome = (typeof auditOutcomes)[number]

const jsonValue = (description: string, example: string) =>
  z
    .unknown()
    .meta({ description, examples: [example] })
    .optional()

/** One field of a change. Of a secret it is told only that it changed. */
export const fieldChangeSchema = z.object({
  field: z.string().meta({ description: 'The field’s name.', examples: ['folder'] }),
  from: jsonValue('What it was; absent where it was not set, and for a secret.', 'INBOX'),
  to: jsonValue('What it became; absent where it is no longer set, and for a secret.', 'Service desk'),
  secret: z
    .literal(true)
    .meta({ description: 'A secret: its values stand nowhere.', examples: [true] })
    .optional(),
})
export type FieldChange = z.infer<typeof fieldChangeSchema>

/** What somebody is about to do. */
export const intentionSchema = z.object({
  who: personField('The person who did it.'),
  whoSub: subField('the person who did it'),
  action: z.enum(auditActions).meta({
    description:
      'What was done. `fetch` is a Fetch now; `authorize` a link by which somebody may connect the account, `connect` that somebody did.',
    examples: ['change'],
  }),
  subject: z.string().meta({
    description: 'What it was done to, as its path in the API; `/fetch` is a Fetch now of all accounts.',
    examples: [`/accounts/${exampleIds.account}`],
  }),
  name: z
    .string()
    .meta({ description: 'The subject’s name at that time.', examples: ['support@example.com on mail.example.com'] }),
  version: z
    .int()
    .meta({ description: 'The version that the change leads to, or that was deleted.', examples: [4] })
    .optional(),
  changes: z
    .array(fieldChangeSchema)
    .meta({ description: 'Field by field; empty for a Fetch now. Of something deleted, what it was.' }),
})
export type Intention = z.infer<typeof intentionSchema>

export const whoOf = ({ name, sub }: Actor): Pick<Intention, 'who' | 'whoSub'> => ({ who: name, whoSub: sub })

export const auditEntrySchema = intentionSchema
  .extend({
    entryId: z.string().meta({ description: 'The entry’s id.', examples: ['01JNBZ4ZQ0V7M3T9H2K5W8XADT'] }),
    at: timeField('When it was done.'),
    outcome: z.enum(auditOutcomes).meta({
      description:
        '`made`: the change is in force. `not-made`: it was refused at the last moment, as somebody else was quicker. ' +
        '`unconfirmed`: Postmaster was interrupted; compare `version` with what the subject has now.',
      examples: ['made'],
    }),
  })
  .meta({ id: 'AuditEntry', description: 'Who did what to what. Kept 400 days.' })
export type AuditEntry = z.infer<typeof auditEntrySchema>
