import type { CertificateAuthority, CertificateKind } from './certificates.ts'
import type { Fault } from './faults.ts'
import type { TokenMechanism } from './token-login.ts'

export interface UserSeed {
  readonly name: string
  readonly password: string
  /**
   * Bearer tokens that open this mailbox. One token may open several, for example a member's token a shared mailbox.
   */
  readonly tokens?: readonly string[]
  /** Folders in addition to INBOX, by their readable names. The server encodes them. */
  readonly folders?: readonly string[]
}

/** Differences from a complete server. They can be changed while the server runs and apply from the next command onwards. */
export interface Quirks {
  /**
   * Capabilities that are neither announced nor accepted: `UIDPLUS`, `MOVE`, `SASL-IR`, `LITERAL+`, `STARTTLS`,
   * `AUTH=PLAIN`, `ID`, `ENABLE`, `NAMESPACE`, `UNSELECT`; POP3: `CAPA`, `STLS`, `PIPELINING`, `UIDL`, `TOP`, `USER`,
   * `SASL`, `RESP-CODES`, `AUTH-RESP-CODE`. Without PIPELINING, the POP3 server discards data that arrives before it
   * has answered, as some real servers do.
   */
  without: readonly string[]
  /** Capabilities that are announced even though they are not implemented. */
  extraCapabilities: readonly string[]
  /** Announces LOGINDISABLED, or neither USER nor SASL, until the connection is encrypted. */
  loginDisabled: boolean
  /** Announces and accepts SASL LOGIN. */
  saslLogin: boolean
  /** SASL mechanisms for bearer tokens, announced as `AUTH=…` by IMAP and after `SASL` by POP3. None by default. */
  tokenMechanisms: readonly TokenMechanism[]
  /** If false, the mechanisms are accepted but not announced. */
  announcesTokenMechanisms: boolean
  /**
   * The accepted form of POP3's AUTH (RFC 5034 section 4). Exchange Online ends the session if the token is on the
   * first line.
   */
  pop3TokenForm: 'both' | 'one-line' | 'two-lines'
  /** `duplicate`: all UIDLs are the same; `unstable`: each session has new UIDLs. */
  uidls: 'stable' | 'duplicate' | 'unstable'
  /** Reported instead of the real values when a folder is opened (IMAP). If empty, the code is omitted. */
  selectCodes: { readonly UIDVALIDITY?: string; readonly UIDNEXT?: string }
  /** Greets with PREAUTH as this user (IMAP). */
  preauthAs: string | undefined
  /** Announced by CAPA (RFC 2449 section 6.5) and enforced with `-ERR [LOGIN-DELAY]`. */
  loginDelaySeconds: number | undefined
  /** Personal folders are below this prefix, for example `INBOX.` as in Courier. */
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
  /** The authority's certificate that the server presents; `valid` by default. */
  readonly certificate?: CertificateKind
  /** A shared authority. By default, each server creates its own. */
  readonly authority?: CertificateAuthority
  /** Address to listen on; 127.0.0.1 by default. */
  readonly host?: string
  /** Fixed ports; random ones by default. */
  readonly ports?: Partial<Record<Listener, number>>
}
