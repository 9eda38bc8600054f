import type { ApiClient } from '../../cli/api/client.ts'
import type { Cloud } from '../aws/cloud.ts'
import type { DeploymentOutputs } from '../aws/deployment-outputs.ts'
import type { MailboxSettings } from '../mailbox/mailbox-settings.ts'
import type { CleanUp } from '../report/clean-up.ts'
import type { Journal } from '../report/journal.ts'
import type { Limits } from './limits.ts'
import type { StepId } from './planned-steps.ts'

/** Who calls the API, and with which token. */
export interface ApiAccess {
  readonly client: ApiClient
  readonly token: () => Promise<string>
}

/** What all steps share. */
export interface Verification {
  readonly deployment: DeploymentOutputs
  readonly admin: ApiAccess
  /** Undefined if the operator has not passed the token of a reader. */
  readonly reader: ApiAccess | undefined
  readonly cloud: Cloud
  readonly mailbox: MailboxSettings
  /** Part of the names of everything that the command creates, so that people recognise it. */
  readonly mark: string
  readonly journal: Journal<StepId>
  readonly cleanUp: CleanUp
  readonly limits: Limits
  readonly now: () => Date
  /** Asks the operator for something, for example to send a mail. */
  readonly ask: (request: string) => void
  readonly signal: AbortSignal
}
