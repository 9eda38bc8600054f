import type { AccountType } from '../../lib/mailbox/account-type.ts'

/** The mailbox that the operator names. */
export interface MailboxSettings {
  readonly type: AccountType
  readonly host: string
  readonly port: number
  readonly username: string
  readonly password: string
  /** PEM of the authority that signed the server's certificate. */
  readonly customCa?: string
  /** An existing IMAP folder. Without one, the command creates a folder of its own. */
  readonly folder?: string
}
