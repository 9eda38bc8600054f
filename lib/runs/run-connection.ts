import * as z from 'zod'
import { timeField } from '../requests/documented-fields.ts'

/** Milliseconds from the beginning of the part; a step that has none was not reached. */
const after = (what: string, example: number) =>
  z
    .int()
    .meta({ description: `Milliseconds from the start until ${what}.`, examples: [example] })
    .optional()

/** How far the session of a run came, step by step: what is absent was not reached, or is not part of the account's type. */
export const runConnectionSchema = z
  .object({
    host: z.string().meta({ description: 'The name as the account had it then.', examples: ['imap.example.com'] }),
    port: z.int().meta({ description: 'The port.', examples: [993] }),
    address: z
      .string()
      .meta({ description: 'The address the name stood for and that answered.', examples: ['203.0.113.25'] })
      .optional(),
    connectedAfter: after('the TCP connection stood', 41),
    tls: z
      .object({
        version: z.string().meta({ description: 'The version agreed on.', examples: ['TLSv1.3'] }),
        subject: z
          .string()
          .meta({ description: 'Whose certificate it is.', examples: ['CN=imap.example.com'] })
          .optional(),
        issuer: z
          .string()
          .meta({ description: 'Who issued it.', examples: ['CN=Example CA, O=Example'] })
          .optional(),
        validTo: timeField('When it ends.', '2026-09-01T12:00:00.000Z').optional(),
      })
      .meta({ description: 'How the session is encrypted; absent for the types `IMAP` and `POP3`.' })
      .optional(),
    securedAfter: after('it was encrypted', 84),
    login: z
      .string()
      .meta({ description: 'How it logged in.', examples: ['LOGIN'] })
      .optional(),
    loggedInAfter: after('the server had accepted the login', 131),
    folder: z
      .string()
      .meta({ description: 'The folder that was opened; IMAP only.', examples: ['INBOX'] })
      .optional(),
    messages: z
      .int()
      .meta({ description: 'Messages in the folder when it was opened.', examples: [3] })
      .optional(),
    openedAfter: after('the folder was open', 188),
    logins: z.int().meta({
      description: 'Logins of this run: POP3 needs one more each time deletions are committed.',
      examples: [1],
    }),
    bytesReceived: z.int().meta({ description: 'Bytes received from the server.', examples: [21877] }),
  })
  .meta({ description: 'The steps of the run’s last connection. It holds no secret.' })
export type RunConnection = z.infer<typeof runConnectionSchema>
