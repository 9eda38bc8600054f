import type { JWTPayload } from 'jose'
import type { LocalEvent } from './common/local-event.ts'
import type { Credentials } from './emulators/access-keys.ts'
import type { QueueDepth } from './emulators/messaging.ts'
import type { ServiceCallObserver } from './emulators/service-calls.ts'
import type { Groups } from './http-api/local-tokens.ts'
import type { ServiceEndpoints } from './lambda/environment.ts'
import type { RunningInvocation } from './lambda/function-pool.ts'
import type { InvocationOutcome } from './lambda/invocation.ts'

export interface LocalOptions {
  /** The cloud assembly, `cdk.out`. */
  readonly assembly: string
  /** Where data live. Without it, a temporary folder that `stop` removes. */
  readonly data?: string | undefined
  /** Of the HTTP API; 0, the default, takes a free one. */
  readonly port?: number
  /** Overrides of template parameters, by name. */
  readonly parameters?: Readonly<Record<string, string>>
  /** Whether rules fire by the clock. Default: no, only by `fireRule`. */
  readonly schedule?: boolean
  readonly onEvent?: (event: LocalEvent) => void
  /** Sees each invocation with its process id, and may kill it. */
  readonly onInvocation?: (running: RunningInvocation) => void
  /** Sees each call to an emulated service before it is served; a promise holds the call back. */
  readonly onServiceCall?: ServiceCallObserver
  /** The groups of the two tokens. Default: every group of the user pool, and those named for readers. */
  readonly groups?: Groups
  readonly now?: () => Date
}

export interface LocalStack {
  readonly apiUrl: string
  /** Bearer tokens of the API; undefined when its issuer is not the template's own user pool. */
  readonly token: string | undefined
  readonly readerToken: string | undefined
  readonly endpoints: ServiceEndpoints
  /** What an AWS client of a test needs beside an endpoint. */
  readonly clientConfig: {
    readonly region: string
    readonly credentials: Credentials
  }
  /** What `Ref` gives, by logical id (`<stack>/<logical id>` where two stacks share one). */
  readonly resources: Readonly<Record<string, string>>
  /** The API's route keys, such as `GET /things/{id}`. */
  readonly routes: readonly string[]
  readonly dataFolder: string
  readonly logFolder: string
  /** A token with claims of one's own, signed by the local issuer for the API's audience. */
  signToken(claims: JWTPayload): Promise<string>
  /** Fires a rule by (a part of) its logical id and waits for the outcome of its functions' first attempt. */
  fireRule(match: string, options?: { time?: Date }): Promise<InvocationOutcome[]>
  /** Invokes a function by (a part of) its logical id. */
  invoke(match: string, event: unknown): Promise<InvocationOutcome>
  /** By (a part of) the queue's logical id. */
  queueDepth(match: string): QueueDepth
  /** The path of a function's log, by (a part of) its logical id. */
  logFile(match: string): string
  /** How many invocations are under way. */
  running(): number
  /** Ends everything: waits up to `graceMs` (3 s) for running functions, then kills them. */
  stop(options?: { graceMs?: number }): Promise<void>
}
