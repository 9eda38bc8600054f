import * as z from 'zod'
import { timeField } from '../requests/documented-fields.ts'

/** Milliseconds from the start of the part; absent if the step was not reached. */
const after = (what: string, example: number) =>
  z
    .int()
    .meta({ description: `Milliseconds from the start until ${what}.`, examples: [example] })
    .optional()

/** How far the connection of a run got. An absent step was not reached or does not exist for the account's type. */
export const runConnectionSchema = z
  .object({
    host: z.string().meta({ description: 'The account’s host at that time.', examples: ['imap.example.com'] }),
    port: z.int().meta({ description: 'The port.', examples: [993] }),
    address: z
      .string()
      .meta({ description: 'The IP address of the host that accepted the connection.', examples: ['203.0.113.25'] })
      .optional(),
    connectedAfter: after('the TCP connection was established', 41),
    tls: z
      .object({
        version: z.string().meta({ description: 'The negotiated TLS version.', examples: ['TLSv1.3'] }),
        subject: z
          .string()
          .meta({ description: 'The subject of the server’s certificate.', examples: ['CN=imap.example.com'] })
          .optional(),
        issuer: z
          .string()
          .meta({ description: 'The issuer of the certificate.', examples: ['CN=Example CA, O=Example'] })
          .optional(),
        validTo: timeField('The time at which the certificate expires.', '2026-09-01T12:00:00.000Z').optional(),
      })
      .meta({ description: 'The encryption of the session; absent for the types `IMAP` and `POP3`.' })
      .optional(),
    securedAfter: after('the session was encrypted', 84),
    login: z
      .string()
      .meta({ description: 'The login method.', examples: ['LOGIN'] })
      .optional(),
    loggedInAfter: after('the server accepted the login', 131),
    folder: z
      .string()
      .meta({ description: 'The folder that was opened; IMAP only.', examples: ['INBOX'] })
      .optional(),
    messages: z
      .int()
      .meta({ description: 'The number of messages in the folder when it was opened.', examples: [3] })
      .optional(),
    openedAfter: after('the folder was open', 188),
    logins: z.int().meta({
      description: 'The number of logins in this run. POP3 needs another login each time deletions are committed.',
      examples: [1],
    }),
    bytesReceived: z.int().meta({ description: 'Bytes received from the server.', examples: [21877] }),
  })
  .meta({ description: 'The steps of the run’s last connection. They contain no secrets.' })
export type RunConnection = z.infer<typeof runConnectionSchema>
