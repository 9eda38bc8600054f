import type { validities } from '../../accounts/account.ts'
import type { Stamp } from '../../changes/versioned-change.ts'

/** `pull`: an agent beside the ticket system collects the mail. `webhook`: Postmaster sends it over HTTPS. */
export const destinationKinds = ['pull', 'webhook'] as const
export type DestinationKind = (typeof destinationKinds)[number]

/** Where mail is handed over. */
export interface Destination extends Stamp {
  readonly destinationId: string
  readonly name: string
  readonly kind: DestinationKind
  /** Mail is planned for every destination, and delivered only to `valid` ones. */
  readonly validity: (typeof validities)[number]
  readonly selection: {
    readonly queueIds: 'all' | readonly string[]
    /** If omitted, mail of all accounts is selected. */
    readonly accountIds?: readonly string[] | undefined
    readonly trustedOnly: boolean
    /** Whether automatic mail that could cause a loop is selected. */
    readonly loops: boolean
  }
  /** The receiver's names of queues. A queue without an entry has the default name, or else its own. */
  readonly queueMap: {
    readonly names: Readonly<Record<string, string>>
    readonly default?: string | undefined
  }
  readonly limits: {
    /** 1 to 10 conversations at once. */
    readonly concurrency: number
    readonly timeoutSeconds: number
    /** In bytes. A larger mail is quarantined. */
    readonly largestSize: number
  }
  /** What happens to a delivery in doubt if the receiver cannot be asked: it is repeated once, or a person decides. */
  readonly doubt: 'repeat' | 'ask'
  /**
   * The prefix of the control headers that the receiver obeys, for example `X-OTOBO-`. If present, the honoured control
   * headers of trusted mail are set under it in the copy that is handed over.
   */
  readonly controlHeaderPrefix?: string | undefined
  readonly comment: string
  readonly webhook?:
    | {
        readonly url: string
        /** `thin`: a CloudEvents envelope. `raw`: the mail itself as `message/rfc822`. */
        readonly mode: 'thin' | 'raw'
        readonly auth?:
          | { readonly kind: 'header'; readonly header: string }
          | { readonly kind: 'basic'; readonly user: string }
          | undefined
        /** PEM certificates that replace the public roots. */
        readonly customCa?: string | undefined
      }
    | undefined
  /** The Secrets Manager VersionId of the signing key of a webhook. */
  readonly secretVersion?: string | undefined
  /** The former signing key, which also signs until `previousUntil`. */
  readonly previousSecretVersion?: string | undefined
  readonly previousUntil?: string | undefined
  /** The VersionId of the value of the fixed header or of the Basic password. */
  readonly authVersion?: string | undefined
}

/** A token with which an agent leases deliveries, or a receiver fetches raw mail. Only its hash is stored. */
export interface DestinationToken {
  /** The SHA-256 of the token, in lower-case hexadecimal. */
  readonly hash: string
  readonly tokenId: string
  readonly destinationId: string
  readonly comment: string
  readonly createdAt: string
  readonly createdBy: string
  /** Renewed at most once a minute. */
  readonly lastUsedAt?: string | undefined
  readonly agent?: { readonly version: string; readonly host: string } | undefined
}

export interface DestinationReader {
  read(destinationId: string): Promise<Destination | undefined>
  /** All destinations. An installation has at most 50. */
  all(): Promise<Destination[]>
}

export interface DestinationTokens {
  /** @returns the token with this text, unless it was revoked */
  find(token: string): Promise<DestinationToken | undefined>
  ofDestination(destinationId: string): Promise<DestinationToken[]>
  /** Renews `lastUsedAt` if it is older than a minute. */
  markUsed(token: DestinationToken, agent: DestinationToken['agent'], at: string): Promise<void>
}

/** The secrets of a destination, as only the functions that send to it or test it can read them. */
export interface DestinationSecrets {
  /** The signing keys in use as raw bytes, the current one first. */
  signingKeys(destination: Destination, now: Date): Promise<Buffer[]>
  /** The value of the fixed header or the Basic password. */
  auth(destination: Destination): Promise<string | undefined>
}
