import { CloudFormationClient } from '@aws-sdk/client-cloudformation'
import { CloudWatchClient } from '@aws-sdk/client-cloudwatch'
import { IAMClient } from '@aws-sdk/client-iam'
import { SNSClient } from '@aws-sdk/client-sns'
import { SQSClient } from '@aws-sdk/client-sqs'
import { STSClient } from '@aws-sdk/client-sts'
import { AwsAlarms } from './aws-alarms.ts'
import { AwsRoles } from './aws-roles.ts'
import { AwsStacks } from './aws-stacks.ts'
import type { Cloud } from './cloud.ts'

/** Milliseconds. SQS holds a request for up to 10 s while it waits for a message. */
const requestTimeout = 30_000

/** AWS with the credentials of the environment: variables, a profile, single sign-on or a role. */
export const awsCloud = (region: string): Cloud => {
  const config = { region, requestHandler: { requestTimeout, connectionTimeout: 5_000 } }
  return {
    stacks: new AwsStacks(new STSClient(config), new CloudFormationClient(config)),
    alarms: new AwsAlarms(new CloudWatchClient(config)),
    roles: new AwsRoles(new IAMClient(config)),
    sqs: new SQSClient(config),
    sns: new SNSClient(config),
  }
}
