import type { JWTPayload } from 'jose'
import type { LocalEvent } from './common/local-event.ts'
import type { FaultPlan } from './emulators/faults/fault.ts'
import type { QueueDepth } from './emulators/fauxqs/messaging.ts'
import type { Credentials } from './emulators/signed-calls/access-keys.ts'
import type { ServiceCallObserver } from './emulators/signed-calls/service-call.ts'
import type { ServiceEndpoints } from './emulators/start-emulators.ts'
import type { Groups } from './http-api/local-tokens.ts'
import type { RunningInvocation } from './lambda/function-pool.ts'
import type { InvocationOutcome } from './lambda/invocation.ts'
import type { GrantUse } from './policies/policy-check.ts'

export interface LocalOptions {
  /** The cloud assembly, `cdk.out`. */
  readonly assembly: string
  /** The data folder. If omitted, a temporary folder is used, and `stop` removes it. */
  readonly data?: string | undefined
  /** The port of the HTTP API. 0, the default, selects a free one. */
  readonly port?: number
  /** Template parameters that override the defaults, by name. */
  readonly parameters?: Readonly<Record<string, string>>
  /** Whether rules fire on their schedule. By default, only `fireRule` fires them. */
  readonly schedule?: boolean
  readonly onEvent?: (event: LocalEvent) => void
  /** Receives each invocation with its process id, and can kill it. */
  readonly onInvocation?: (running: RunningInvocation) => void
  /** Receives each call to an emulated service before it is served. A returned promise delays the call. */
  readonly onServiceCall?: ServiceCallObserver
  /** Decides what goes wrong with which call to an emulated service. */
  readonly faults?: FaultPlan
  /**
   * The groups of the two tokens. By default, the admin has every group of the user pool, and the reader has those
   * whose name contains "read".
   */
  readonly groups?: Groups
  readonly now?: () => Date
}

export interface LocalSignIn {
  readonly adminKey: string
  readonly readerKey: string
  /** Ends all sessions of the admin page, as if an admin of the issuer had revoked them. */
  endSessions(): void
}

export interface ClientConfig {
  readonly region: string
  readonly credentials: Credentials
}

export interface LocalStack {
  readonly apiUrl: string
  /** Bearer tokens for the API. Undefined if the API's issuer is not the template's own user pool. */
  readonly token: string | undefined
  readonly readerToken: string | undefined
  /**
   * The keys with which a browser signs in to the admin page: `<apiUrl>/admin#sign-in=<key>`. Undefined if the API's
   * issuer is not the template's own user pool.
   */
  readonly signIn: LocalSignIn | undefined
  readonly endpoints: ServiceEndpoints
  /** The region and the credentials for an AWS client of a test. These credentials have no role, so they allow everything. */
  readonly clientConfig: ClientConfig
  /** The same for the AWS clients of a function, found by its logical id or a part of it. They are limited to its role. */
  clientConfigOf(match: string): ClientConfig
  /** The values of `Ref`, by logical id (or by `<stack>/<logical id>` if two stacks share a logical id). */
  readonly resources: Readonly<Record<string, string>>
  /** The API's route keys, for example `GET /things/{id}`. */
  readonly routes: readonly string[]
  readonly dataFolder: string
  readonly logFolder: string
  /** Returns a token with custom claims, signed by the local issuer for the API's audience. */
  signToken(claims: JWTPayload): Promise<string>
  /**
   * Fires a rule, found by its logical id or a part of it, and waits for the outcome of its functions' first attempts.
   */
  fireRule(match: string, options?: { time?: Date }): Promise<InvocationOutcome[]>
  /** Invokes a function, found by its logical id or a part of it. */
  invoke(match: string, event: unknown): Promise<InvocationOutcome>
  /** The depth of a queue, found by its logical id or a part of it. */
  queueDepth(match: string): QueueDepth
  /** The path of a function's log, found by the function's logical id or a part of it. */
  logFile(match: string): string
  /** What the roles of the functions grant, and which of it a request has needed so far. */
  grantUses(): readonly GrantUse[]
  /** The number of invocations in progress. */
  running(): number
  /** Stops everything. Waits up to `graceMs` (3 s by default) for running functions, then kills them. */
  stop(options?: { graceMs?: number }): Promise<void>
}
