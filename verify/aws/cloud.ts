import type { SNSClient } from '@aws-sdk/client-sns'
import type { SQSClient } from '@aws-sdk/client-sqs'

/** Whose credentials the command uses. */
export interface Caller {
  readonly accountId: string
  readonly arn: string
}

/** The stacks as CloudFormation sees them. */
export interface Stacks {
  caller(): Promise<Caller>
  /** @returns undefined if the stack does not exist */
  stack(
    name: string,
  ): Promise<{ readonly status: string; readonly outputs: Readonly<Record<string, string>> } | undefined>
  /** @returns the names of the stack's IAM roles by logical id */
  roles(stack: string): Promise<ReadonlyMap<string, string>>
}

export interface AlarmFacts {
  readonly name: string
  readonly state: string
  /** The SNS topic that receives both directions. */
  readonly topicArn: string
}

export interface Alarms {
  /** @returns the alarms of the stack that notify an SNS topic when they go off and when they end */
  list(stack: string): Promise<AlarmFacts[]>
  /** Sets the state until CloudWatch evaluates the alarm again, within minutes. */
  set(name: string, state: 'ALARM' | 'OK', reason: string): Promise<void>
}

export interface RoleSimulator {
  /** @returns whether the policies of the role allow the request, without performing it */
  allows(roleArn: string, request: { readonly action: string; readonly resource: string }): Promise<boolean>
}

/**
 * What the command needs from AWS. The local run emulates SQS and SNS. The other three have no emulator, so their
 * adapters contain only calls, and a test replaces them.
 */
export interface Cloud {
  readonly stacks: Stacks
  readonly alarms: Alarms
  readonly roles: RoleSimulator
  readonly sqs: SQSClient
  readonly sns: SNSClient
}
