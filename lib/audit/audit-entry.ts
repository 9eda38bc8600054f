import * as z from 'zod'
import { exampleIds, personField, subField, timeField } from '../requests/documented-fields.ts'

/** The person or program that makes a change, as recorded in rows and audit entries. */
export interface Actor {
  /** Readable, but not unique: names and addresses pass from one person to another. */
  readonly name: string
  /**
   * The `sub` of the actor's token, which its issuer never gives to anyone else. Records from older versions do not
   * have it.
   */
  readonly sub?: string | undefined
}

export const auditActions = [
  'create',
  'change',
  'delete',
  'fetch',
  'authorize',
  'connect',
  'retry',
  'handle',
  'redirect',
  'replay',
  'erase',
  'recover',
] as const

/** `unconfirmed`: the change was about to be made, but its result was not recorded. */
export const auditOutcomes = ['made', 'not-made', 'unconfirmed'] as const
export type AuditOutcome = (typeof auditOutcomes)[number]

const jsonValue = (description: string, example: string) =>
  z
    .unknown()
    .meta({ description, examples: [example] })
    .optional()

/** One field of a change. For a secret, the entry only records that it changed. */
export const fieldChangeSchema = z.object({
  field: z.string().meta({ description: 'The field’s name.', examples: ['folder'] }),
  from: jsonValue('The previous value; absent if the field was not set, and for a secret.', 'INBOX'),
  to: jsonValue('The new value; absent if the field is no longer set, and for a secret.', 'Service desk'),
  secret: z
    .literal(true)
    .meta({ description: 'The field is secret, so its values are not recorded.', examples: [true] })
    .optional(),
})
export type FieldChange = z.infer<typeof fieldChangeSchema>

export const auditEntrySchema = z
  .object({
    who: personField('The person who did it.'),
    whoSub: subField('the person who did it'),
    action: z.enum(auditActions).meta({
      description:
        'The action. `fetch` is a request for a fetch. `authorize` is the creation of a link for connecting the account, and `connect` is the connection of the account. `retry`, `handle`, `redirect` and `replay` are actions on a delivery or on a message in the quarantine. `erase` is the erasure of the content of messages. `recover` writes lost records of messages again.',
      examples: ['change'],
    }),
    subject: z.string().meta({
      description:
        'The subject of the action, as its path in the API. `/fetch` stands for a fetch of all accounts, and `/messages` for all messages.',
      examples: [`/accounts/${exampleIds.account}`],
    }),
    name: z
      .string()
      .meta({ description: 'The subject’s name at that time.', examples: ['support@example.com at mail.example.com'] }),
    version: z
      .int()
      .meta({ description: 'The version after the change, or the version that was deleted.', examples: [4] })
      .optional(),
    changes: z.array(fieldChangeSchema).meta({
      description: 'The changed fields; empty for a fetch and for `recover`. For a deletion, the values before it.',
    }),
    entryId: z.string().meta({ description: 'The entry’s id.', examples: ['01JNBZ4ZQ0V7M3T9H2K5W8XADT'] }),
    at: timeField('The time of the action.'),
    outcome: z.enum(auditOutcomes).meta({
      description:
        '`made`: the change is in effect. `not-made`: the change was rejected at the last moment, for example because of another change at the same time. ' +
        '`unconfirmed`: Postmaster was interrupted. Compare `version` with the current version of the subject.',
      examples: ['made'],
    }),
  })
  .meta({ id: 'AuditEntry', description: 'A record of who changed what. Kept for 400 days.' })
export type AuditEntry = z.infer<typeof auditEntrySchema>
