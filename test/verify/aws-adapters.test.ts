import { once } from 'node:events'
import { createServer, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import { CloudFormationClient } from '@aws-sdk/client-cloudformation'
import { CloudWatchClient } from '@aws-sdk/client-cloudwatch'
import { IAMClient } from '@aws-sdk/client-iam'
import { STSClient } from '@aws-sdk/client-sts'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { AwsAlarms } from '../../verify/aws/aws-alarms.ts'
import { AwsRoles } from '../../verify/aws/aws-roles.ts'
import { AwsStacks } from '../../verify/aws/aws-stacks.ts'
import { isDenied } from '../../verify/report/reason-of-error.ts'

/** The parameters of a request, in the query protocol or as JSON. */
type Parameters = Readonly<Record<string, unknown>>

let answer: (operation: string, parameters: Parameters) => { readonly status?: number; readonly body: string }
const requests: { readonly operation: string; readonly parameters: Parameters }[] = []

/** Answers as AWS does, according to the API references of the services. */
const server = createServer(async (request, response) => {
  const { operation, parameters } = await parsed(request)
  requests.push({ operation, parameters })
  const { status = 200, body } = answer(operation, parameters)
  response.writeHead(status, { 'content-type': body.startsWith('{') ? 'application/x-amz-json-1.0' : 'text/xml' })
  response.end(body)
})

const parsed = async (request: IncomingMessage) => {
  const body = await text(request)
  const target = request.headers['x-amz-target']
  if (typeof target === 'string')
    return { operation: target.split('.').at(-1) ?? '', parameters: JSON.parse(body) as Parameters }
  const parameters = Object.fromEntries(new URLSearchParams(body))
  return { operation: parameters.Action ?? '', parameters }
}

let config: {
  readonly region: string
  readonly endpoint: string
  readonly credentials: { accessKeyId: string; secretAccessKey: string }
}

beforeAll(async () => {
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  config = {
    region: 'eu-central-1',
    endpoint: `http://127.0.0.1:${port}`,
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
  }
})
afterAll(() => void server.close())

const xml = (operation: string, result: string): string =>
  `<${operation}Response><${operation}Result>${result}</${operation}Result></${operation}Response>`

describe('the adapters of verify-deployment', () => {
  it('the caller and the state of a stack come from STS and CloudFormation', async () => {
    const stacks = new AwsStacks(new STSClient(config), new CloudFormationClient(config))
    answer = (operation) => ({
      body:
        operation === 'GetCallerIdentity'
          ? xml(
              operation,
              '<Arn>arn:aws:iam::123456789012:user/ann</Arn><Account>123456789012</Account><UserId>A</UserId>',
            )
          : xml(
              operation,
              '<Stacks><member><StackName>S</StackName><CreationTime>2026-12-01T00:00:00Z</CreationTime><StackStatus>UPDATE_COMPLETE</StackStatus>' +
                '<Outputs><member><OutputKey>ApiUrl</OutputKey><OutputValue>https://a.example.com</OutputValue></member></Outputs></member></Stacks>',
            ),
    })
    expect(await stacks.caller()).toEqual({ accountId: '123456789012', arn: 'arn:aws:iam::123456789012:user/ann' })
    expect(await stacks.stack('S')).toEqual({ status: 'UPDATE_COMPLETE', outputs: { ApiUrl: 'https://a.example.com' } })
    answer = () => ({
      status: 400,
      body: '<ErrorResponse><Error><Type>Sender</Type><Code>ValidationError</Code><Message>Stack with id S does not exist</Message></Error></ErrorResponse>',
    })
    expect(await stacks.stack('S')).toBeUndefined()
  })

  it('the roles of a stack are read from all pages of its resources', async () => {
    const stacks = new AwsStacks(new STSClient(config), new CloudFormationClient(config))
    const resource = (type: string, logical: string) =>
      `<member><LogicalResourceId>${logical}</LogicalResourceId><PhysicalResourceId>S-${logical}</PhysicalResourceId><ResourceType>${type}</ResourceType>` +
      '<LastUpdatedTimestamp>2026-12-01T00:00:00Z</LastUpdatedTimestamp><ResourceStatus>CREATE_COMPLETE</ResourceStatus></member>'
    answer = (operation, { NextToken }) => ({
      body: xml(
        operation,
        NextToken === undefined
          ? `<StackResourceSummaries>${resource('AWS::IAM::Role', 'A')}${resource('AWS::SQS::Queue', 'Q')}</StackResourceSummaries><NextToken>more</NextToken>`
          : `<StackResourceSummaries>${resource('AWS::IAM::Role', 'B')}</StackResourceSummaries>`,
      ),
    })
    expect([...(await stacks.roles('S'))]).toEqual([
      ['A', 'S-A'],
      ['B', 'S-B'],
    ])
  })

  it('only alarms that notify the same topic in both directions are used', async () => {
    const alarms = new AwsAlarms(new CloudWatchClient(config))
    const topic = 'arn:aws:sns:eu-central-1:123456789012:notices'
    const alarm = (AlarmName: string, rest: object) => ({ AlarmName, StateValue: 'OK', ActionsEnabled: true, ...rest })
    answer = () => ({
      body: JSON.stringify({
        MetricAlarms: [
          alarm('S-both', { AlarmActions: [topic], OKActions: [topic] }),
          alarm('S-one-way', { AlarmActions: [topic], OKActions: [] }),
          alarm('S-switched-off', { AlarmActions: [topic], OKActions: [topic], ActionsEnabled: false }),
          alarm('S-scaling', { AlarmActions: ['arn:aws:autoscaling:a'], OKActions: ['arn:aws:autoscaling:a'] }),
        ],
      }),
    })
    expect(await alarms.list('S')).toEqual([{ name: 'S-both', state: 'OK', topicArn: topic }])
    expect(requests.at(-1)).toMatchObject({ operation: 'DescribeAlarms', parameters: { AlarmNamePrefix: 'S-' } })
    answer = () => ({ body: '{}' })
    await alarms.set('S-both', 'ALARM', 'a test')
    expect(requests.at(-1)).toMatchObject({
      operation: 'SetAlarmState',
      parameters: { AlarmName: 'S-both', StateValue: 'ALARM', StateReason: 'a test' },
    })
  })

  it('a role is simulated by IAM, and a missing permission is recognised', async () => {
    const roles = new AwsRoles(new IAMClient(config))
    const request = { action: 's3:DeleteObject', resource: 'arn:aws:s3:::raw/a' }
    const decision = (text: string) => ({
      body: xml(
        'SimulatePrincipalPolicy',
        `<IsTruncated>false</IsTruncated><EvaluationResults><member><EvalActionName>s3:DeleteObject</EvalActionName><EvalDecision>${text}</EvalDecision></member></EvaluationResults>`,
      ),
    })
    answer = () => decision('allowed')
    expect(await roles.allows('arn:aws:iam::123456789012:role/fetch', request)).toBe(true)
    for (const denial of ['implicitDeny', 'explicitDeny']) {
      answer = () => decision(denial)
      expect(await roles.allows('arn:aws:iam::123456789012:role/fetch', request)).toBe(false)
    }
    expect(requests.at(-1)?.parameters).toMatchObject({
      PolicySourceArn: 'arn:aws:iam::123456789012:role/fetch',
      'ActionNames.member.1': 's3:DeleteObject',
      'ResourceArns.member.1': 'arn:aws:s3:::raw/a',
    })
    answer = () => ({
      status: 403,
      body: '<ErrorResponse><Error><Type>Sender</Type><Code>AccessDenied</Code><Message>not authorized</Message></Error></ErrorResponse>',
    })
    const refused: unknown = await roles.allows('arn:aws:iam::123456789012:role/fetch', request).catch((error) => error)
    expect(isDenied(refused)).toBe(true)
  })
})
