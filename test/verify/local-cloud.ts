import { PublishCommand, SNSClient } from '@aws-sdk/client-sns'
import { SQSClient } from '@aws-sdk/client-sqs'
import type { AlarmFacts, Cloud } from '../../verify/aws/cloud.ts'
import { allows } from '../cdk/allows.ts'
import { permissionsByFunction } from '../cdk/permissions.ts'
import { pathOf, type Resource, synthesised } from '../cdk/synthesised.ts'
import type { TestStack } from '../support/stack.ts'

/** What a test changes about the services that have no emulator. */
export interface CloudFaults {
  /** The AWS account of the credentials. */
  accountId?: string
  stackStatus?: string
  /** Whether CloudWatch may publish to the topic. */
  alarmsAreHeard?: boolean
  /** Thrown by every simulation of a role. */
  simulation?: Error
  /** Called before an alarm changes its state. */
  onAlarm?: (state: string) => void
}

/** @returns the outputs of the stacks of a local run, as `cdk deploy --outputs-file` writes them. */
export const outputsOf = (stack: TestStack, issuer: string): Record<string, Record<string, string>> => ({
  PostmasterCollector: {
    ApiUrl: stack.local.apiUrl,
    AdminPageUrl: `${stack.local.apiUrl}/admin`,
    DeadLettersUrl: stack.resource('FetchQueueDeadLetters'),
    DeliveryDeadLettersUrl: stack.resource('DeliveryQueueDeadLetters'),
    PlanDeadLettersUrl: stack.resource('PlanningDeadLetters'),
    FailedEventsUrl: stack.resource('FailedEventsQueue'),
  },
  PostmasterStateful: {
    AnnouncementTopicArn: stack.resource('AnnouncementsTopic'),
    NoticesTopicArn: stack.resource('NoticesTopic'),
    RawBucketName: stack.resource('RawMailBucket'),
    Issuer: issuer,
    UserPoolClientId: stack.resource('SignInClient'),
  },
})

/**
 * AWS for a local run: SQS and SNS are the emulators of the run, an alarm publishes to the local topic as CloudWatch
 * would, and roles are those of the templates.
 */
export const localCloud = (stack: TestStack, outputs: ReturnType<typeof outputsOf>, faults: CloudFaults): Cloud => {
  const { endpoints, clientConfig } = stack.local
  const sqs = new SQSClient({ ...clientConfig, endpoint: endpoints.sqs })
  const sns = new SNSClient({ ...clientConfig, endpoint: endpoints.sns })
  const alarm: AlarmFacts & { state: string } = {
    name: 'PostmasterCollector-FailedEventsAlarm',
    state: 'OK',
    topicArn: stack.resource('NoticesTopic'),
  }
  return {
    sqs,
    sns,
    stacks: {
      caller: async () => ({
        accountId: faults.accountId ?? '000000000000',
        arn: 'arn:aws:iam::000000000000:user/operator',
      }),
      stack: async (name) => {
        const found = outputs[name]
        return found && { status: faults.stackStatus ?? 'UPDATE_COMPLETE', outputs: found }
      },
      roles: async () =>
        new Map(
          rolesOfCollector()
            .keys()
            .map((id) => [id, id]),
        ),
    },
    roles: {
      allows: async (roleArn, { action, resource }) => {
        if (faults.simulation) throw faults.simulation
        const role = rolesOfCollector().get(roleArn.split('/').at(-1) ?? '')
        if (role === undefined) throw new Error(`no role ${roleArn}`)
        const permissions = permissionsByFunction(templates()).get(pathOf(role).replace(/Role$/, '')) ?? []
        const path = resource === stack.resource('AnnouncementsTopic') ? 'Announcements/Topic' : 'RawMail/Bucket/*'
        return allows(permissions, { action, resource: path, keys: {} })
      },
    },
    alarms: {
      list: async () => [{ ...alarm }],
      set: async (name, state, reason) => {
        faults.onAlarm?.(state)
        const before = alarm.state
        alarm.state = state
        if (before === state || faults.alarmsAreHeard === false) return
        const notice = { AlarmName: name, NewStateValue: state, OldStateValue: before, NewStateReason: reason }
        await sns.send(new PublishCommand({ TopicArn: alarm.topicArn, Message: JSON.stringify(notice) }))
      },
    },
  }
}

let known: ReturnType<typeof synthesised> | undefined
const templates = () => {
  known ??= synthesised()
  return known
}

const rolesOfCollector = (): Map<string, Resource> =>
  new Map(Object.entries(templates().collector.findResources('AWS::IAM::Role') as Record<string, Resource>))
