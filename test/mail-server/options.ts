import type { CertificateAuthority, CertificateKind } from './certificates.ts'
import type { Fault } from './faults.ts'
import type { TokenMechanism } from './token-login.ts'

export interface UserSeed {
  readonly name: string
  readonly password: string
  /** Bearer tokens that open this mailbox; one token may open several, as a member's opens a shared mailbox. */
  readonly tokens?: readonly string[]
  /** Beside INBOX; readable names, the server encodes them. */
  readonly folders?: readonly string[]
}

/** How this server differs from a complete one. Can be changed while it runs; counts from the next command on. */
export interface Quirks {
  /**
   * Capabilities neither announced nor accepted: `UIDPLUS`, `MOVE`, `SASL-IR`, `LITERAL+`, `STARTTLS`, `AUTH=PLAIN`, `ID`, `ENABLE`,
   * `NAMESPACE`, `UNSELECT`; POP3: `CAPA`, `STLS`, `PIPELINING`, `UIDL`, `TOP`, `USER`, `SASL`, `RESP-CODES`, `AUTH-RESP-CODE`.
   * Without PIPELINING the POP3 server throws away what came in before it answered, as some real ones do.
   */
  without: readonly string[]
  /** Announced although not implemented. */
  extraCapabilities: readonly string[]
  /** LOGINDISABLED, or neither USER nor SASL, until the connection is encrypted. */
  loginDisabled: boolean
  /** Announces and takes SASL LOGIN. */
  saslLogin: boolean
  /** SASL mechanisms that take bearer tokens, announced as `AUTH=…` by IMAP and behind `SASL` by POP3. None unless asked for. */
  tokenMechanisms: readonly TokenMechanism[]
  /** False: taken, but not announced. */
  announcesTokenMechanisms: boolean
  /** Which form of POP3's AUTH is taken (RFC 5034 section 4). Exchange Online ends the session where the token stands in the first line. */
  pop3TokenForm: 'both' | 'one-line' | 'two-lines'
  /** `duplicate`: all the same; `unstable`: new ones each session. */
  uidls: 'stable' | 'duplicate' | 'unstable'
  /** Said instead of the real values when a folder is opened (IMAP); empty: not said. */
  selectCodes: { readonly UIDVALIDITY?: string; readonly UIDNEXT?: string }
  /** Greets with PREAUTH as this user (IMAP). */
  preauthAs: string | undefined
  /** Announced by CAPA (RFC 2449 section 6.5) and enforced with `-ERR [LOGIN-DELAY]`. */
  loginDelaySeconds: number | undefined
  /** As Courier does: personal folders live below `INBOX.` */
  namespacePrefix: string
  delimiter: string
}

export const noQuirks: Quirks = {
  without: [],
  extraCapabilities: [],
  loginDisabled: false,
  saslLogin: false,
  tokenMechanisms: [],
  announcesTokenMechanisms: true,
  pop3TokenForm: 'both',
  uidls: 'stable',
  selectCodes: {},
  preauthAs: undefined,
  loginDelaySeconds: undefined,
  namespacePrefix: '',
  delimiter: '/',
}

export type Listener = 'imap' | 'imaps' | 'pop3' | 'pop3s'

export interface MailServerOptions {
  readonly users: readonly UserSeed[]
  readonly quirks?: Partial<Quirks>
  readonly faults?: readonly Fault[]
  /** Which of the authority's certificates is shown; `valid` by default. */
  readonly certificate?: CertificateKind
  /** A shared authority; by default each server makes its own. */
  readonly authority?: CertificateAuthority
  /** Address to listen on; 127.0.0.1 by default. */
  readonly host?: string
  /** Fixed ports; random ones by default. */
  readonly ports?: Partial<Record<Listener, number>>
}
