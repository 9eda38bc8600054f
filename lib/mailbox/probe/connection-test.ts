import * as z from 'zod'

/** The steps in their order. A step that fails ends the test, and the steps after it are skipped. */
export const testSteps = ['resolve', 'address', 'connect', 'tls', 'login', 'folder', 'count', 'oldest'] as const
export type TestStep = (typeof testSteps)[number]

const time = (description: string, example: string) =>
  z.string().meta({ format: 'date-time', description, examples: [example] })
const count = (description: string, example: number) => z.int().meta({ description, examples: [example] })

export const testedStepSchema = z
  .object({
    step: z.enum(testSteps).meta({ description: 'The step.', examples: ['login'] }),
    state: z
      .enum(['passed', 'failed', 'skipped'])
      .meta({ description: 'The result of the step.', examples: ['failed'] }),
    detail: z.string().meta({
      description: 'A human-readable summary of the result.',
      examples: ['The server rejected the user name or password.'],
    }),
    code: z
      .string()
      .meta({
        description:
          'A stable code for the reason why a step failed or the login was skipped. The login is skipped if a person has to consent first (`consent-missing`) or the account must be saved first (`not-saved`).',
        examples: ['credentials-rejected'],
      })
      .optional(),
    remedy: z
      .string()
      .meta({
        description: 'How to fix the problem.',
        examples: ['Check the user name and password. Many providers require an app password or OAuth2.'],
      })
      .optional(),
    facts: z
      .record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.array(z.string())]))
      .meta({
        description:
          'Details of the result: addresses, certificate, counts. `customCa` is the PEM to set as the account’s custom CA if ' +
          'you trust it. `nearest` lists folders with similar names.',
        examples: [{ address: '192.0.2.25', port: 993 }],
      })
      .optional(),
  })
  .meta({ id: 'TestedStep', description: 'One step of a connection test.' })
export type TestedStep = z.infer<typeof testedStepSchema>

export const waitingMailSchema = z
  .object({
    count: count('Messages in the folder.', 1204),
    examined: count('How many of them were examined, the oldest first. The fields below cover only these.', 1204),
    bytes: count('Their total size in bytes, as announced by the server.', 88_120_334),
    largest: count('The size of the largest message in bytes.', 9_120_034),
    flaggedDeleted: count('How many are flagged as deleted. Postmaster does not fetch these.', 0),
    oldestAt: time(
      'When the oldest message arrived. IMAP only, because POP3 does not report dates.',
      '2024-11-02T07:00:12.000Z',
    ).optional(),
    newestAt: time('When the newest message arrived. IMAP only.', '2026-03-02T08:10:04.000Z').optional(),
    byMonth: z
      .record(z.string(), z.int())
      .meta({
        description: 'The number of messages by month of arrival. IMAP only.',
        examples: [{ '2024-11': 3, '2026-03': 1201 }],
      })
      .optional(),
  })
  .meta({ id: 'WaitingMail', description: 'The mail that a fetch would find in the folder.' })
export type WaitingMail = z.infer<typeof waitingMailSchema>

export const foundFolderSchema = z
  .object({
    name: z.string().meta({ description: 'The name to use as an account’s `folder`.', examples: ['INBOX'] }),
    messages: count(
      'The number of messages in the folder. Omitted if the server did not report it in time.',
      1204,
    ).optional(),
    specialUse: z
      .string()
      .meta({ description: 'The purpose of the folder (RFC 6154).', examples: ['\\Inbox'] })
      .optional(),
  })
  .meta({ id: 'FoundFolder', description: 'A folder of the mailbox.' })
export type FoundFolder = z.infer<typeof foundFolderSchema>

export const connectionTestSchema = z
  .object({
    passed: z.boolean().meta({ description: 'Whether the mailbox can be fetched.', examples: [true] }),
    steps: z.array(testedStepSchema).meta({ description: 'All steps, in the order in which they run.' }),
    waiting: waitingMailSchema.optional(),
    folders: z
      .array(foundFolderSchema)
      .meta({
        description:
          'The folders of the mailbox. IMAP only, after the login, even if the account’s own folder is missing.',
      })
      .optional(),
    unselectableFolders: z
      .array(z.string())
      .meta({
        description:
          'The names of folders that cannot be selected, because they only contain other folders (RFC 9051 section 7.3.1). Absent if there are none.',
        examples: [['Departments']],
      })
      .optional(),
  })
  .meta({
    id: 'ConnectionTest',
    description: 'The result of a connection test. The test changes nothing on the mail server.',
  })
export type ConnectionTest = z.infer<typeof connectionTestSchema>
