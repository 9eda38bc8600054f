import * as z from 'zod'

/** What is tried, in this order; a step that fails ends the test, and those behind it are skipped. */
export const testSteps = ['resolve', 'address', 'connect', 'tls', 'login', 'folder', 'count', 'oldest'] as const
export type TestStep = (typeof testSteps)[number]

export const testedStepSchema = z.object({
  step: z.enum(testSteps),
  state: z.enum(['passed', 'failed', 'skipped']),
  /** What happened, for people. */
  words: z.string(),
  /** Failed steps: stable, of the mailbox error catalogue. */
  code: z.string().optional(),
  remedy: z.string().optional(),
  /** Addresses, certificate and so on. `customCa` is the PEM to set as the account's custom CA, if one trusts it. */
  facts: z.record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.array(z.string())])).optional(),
})
export type TestedStep = z.infer<typeof testedStepSchema>

/** What a fetch would find in the folder. */
export const waitingMailSchema = z.object({
  count: z.int(),
  /** So many of `count` were looked at, the oldest first; the fields below speak of these only. */
  examined: z.int(),
  /** As the server announces them. */
  bytes: z.int(),
  /** Bytes of the largest message. */
  largest: z.int(),
  /** Somebody flagged them `\Deleted`; a fetch leaves them alone. */
  flaggedDeleted: z.int(),
  /** IMAP: arrival on the server, ISO 8601. POP3 tells no dates. */
  oldestAt: z.string().optional(),
  newestAt: z.string().optional(),
  /** IMAP: messages by month of arrival, `2026-11`. */
  byMonth: z.record(z.string(), z.int()).optional(),
})
export type WaitingMail = z.infer<typeof waitingMailSchema>

export const foundFolderSchema = z.object({
  name: z.string(),
  /** Absent where the server did not tell in time. */
  messages: z.int().optional(),
  /** Such as `\Sent` (RFC 6154). */
  specialUse: z.string().optional(),
})
export type FoundFolder = z.infer<typeof foundFolderSchema>

export const connectionTestSchema = z.object({
  passed: z.boolean(),
  steps: z.array(testedStepSchema),
  waiting: waitingMailSchema.optional(),
  /** IMAP, once logged in; also when the account's own folder is missing. */
  folders: z.array(foundFolderSchema).optional(),
})
export type ConnectionTest = z.infer<typeof connectionTestSchema>
