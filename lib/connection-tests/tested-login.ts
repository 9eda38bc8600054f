import type { Credential } from '../accounts/credential.ts'
import type { LoginNotTried } from '../mailbox/probe/without-login.ts'

/** What a test logs in with. */
export interface TestedLogin {
  /** Where there is `withoutLogin`: a name without a secret, and not sent. */
  readonly credential: Credential
  readonly withoutLogin?: LoginNotTried
  /** For a mail server that refuses this one: another credential, or why there is none. Undefined when there is no time left. */
  readonly another?: () => Promise<Credential | LoginNotTried | undefined>
}
