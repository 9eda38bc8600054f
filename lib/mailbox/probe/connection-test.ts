import * as z from 'zod'

/** What is tried, in this order; a step that fails ends the test, and those behind it are skipped. */
export const testSteps = ['resolve', 'address', 'connect', 'tls', 'login', 'folder', 'count', 'oldest'] as const
export type TestStep = (typeof testSteps)[number]

const time = (description: string, example: string) =>
  z.string().meta({ format: 'date-time', description, examples: [example] })
const count = (description: string, example: number) => z.int().meta({ description, examples: [example] })

export const testedStepSchema = z
  .object({
    step: z.enum(testSteps).meta({ description: 'What was tried.', examples: ['login'] }),
    state: z.enum(['passed', 'failed', 'skipped']).meta({ description: 'What came of it.', examples: ['failed'] }),
    words: z.string().meta({
      description: 'What happened, for people.',
      examples: ['The server rejected user name or password.'],
    }),
    code: z
      .string()
      .meta({
        description:
          'A stable code for the reason why a step failed, or why the login was skipped: a person has to consent first (`consent-missing`), or the account must be saved first (`not-saved`).',
        examples: ['credentials-rejected'],
      })
      .optional(),
    remedy: z
      .string()
      .meta({
        description: 'What to do about it.',
        examples: ['Check user name and password; many providers need an app password or OAuth2.'],
      })
      .optional(),
    facts: z
      .record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.array(z.string())]))
      .meta({
        description:
          'What was seen: addresses, certificate, counts. `customCa` is the PEM to set as the account’s custom CA, by one ' +
          'who trusts it; `nearest` are folders that may have been meant.',
        examples: [{ address: '192.0.2.25', port: 993 }],
      })
      .optional(),
  })
  .meta({ id: 'TestedStep', description: 'One step of a connection test.' })
export type TestedStep = z.infer<typeof testedStepSchema>

export const waitingMailSchema = z
  .object({
    count: count('Messages in the folder.', 1204),
    examined: count('So many of them were looked at, the oldest first; the fields below speak of these only.', 1204),
    bytes: count('Their size in all, as the server announces it.', 88_120_334),
    largest: count('Bytes of the largest.', 9_120_034),
    flaggedDeleted: count('Those that somebody flagged as deleted; a fetch leaves them alone.', 0),
    oldestAt: time('When the oldest arrived; IMAP only, POP3 tells no dates.', '2024-11-02T07:00:12.000Z').optional(),
    newestAt: time('When the newest arrived; IMAP only.', '2026-03-02T08:10:04.000Z').optional(),
    byMonth: z
      .record(z.string(), z.int())
      .meta({ description: 'Messages by month of arrival; IMAP only.', examples: [{ '2024-11': 3, '2026-03': 1201 }] })
      .optional(),
  })
  .meta({ id: 'WaitingMail', description: 'What a fetch would find in the folder.' })
export type WaitingMail = z.infer<typeof waitingMailSchema>

export const foundFolderSchema = z
  .object({
    name: z.string().meta({ description: 'As an account’s `folder` has to name it.', examples: ['INBOX'] }),
    messages: count('Messages in it; absent where the server did not tell in time.', 1204).optional(),
    specialUse: z
      .string()
      .meta({ description: 'What the folder is for (RFC 6154).', examples: ['\\Inbox'] })
      .optional(),
  })
  .meta({ id: 'FoundFolder', description: 'A folder of the mailbox.' })
export type FoundFolder = z.infer<typeof foundFolderSchema>

export const connectionTestSchema = z
  .object({
    passed: z.boolean().meta({ description: 'Whether the mailbox can be fetched.', examples: [true] }),
    steps: z.array(testedStepSchema).meta({ description: 'Every step, in the order in which they are tried.' }),
    waiting: waitingMailSchema.optional(),
    folders: z
      .array(foundFolderSchema)
      .meta({ description: 'IMAP, once logged in; also when the account’s own folder is missing.' })
      .optional(),
  })
  .meta({ id: 'ConnectionTest', description: 'What a connection test found. It changes nothing on the mail server.' })
export type ConnectionTest = z.infer<typeof connectionTestSchema>
