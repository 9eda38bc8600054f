import type { Credential } from '../mailbox/credential.ts'
import type { LoginNotTried } from '../mailbox/probe/probe-mailbox.ts'

/** The login of a connection test. */
export interface TestedLogin {
  /** With `withoutLogin`, a user name without a secret, which is not sent. */
  readonly credential: Credential
  readonly withoutLogin?: LoginNotTried
  /**
   * Called if the mail server rejects the credential.
   * @returns another credential, the reason why there is none, or undefined if no time is left
   */
  readonly another?: () => Promise<Credential | LoginNotTried | undefined>
}
