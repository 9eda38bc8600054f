import { DynamoDBClient, PutItemCommand, ScanCommand } from '@aws-sdk/client-dynamodb'
import { DecryptCommand, KMSClient } from '@aws-sdk/client-kms'
import { GetObjectCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3'
import { GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager'
import { ListTopicsCommand, PublishCommand, SNSClient } from '@aws-sdk/client-sns'
import { SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type LocalEvent, type LocalStack, startLocal } from '../../../local/start-local.ts'
import { fixtureStacks } from '../support/fixture-assembly.ts'

let local: LocalStack
const events: LocalEvent[] = []
const open: { destroy(): void }[] = []

beforeAll(async () => {
  local = await startLocal({ assembly: fixtureStacks, onEvent: (event) => void events.push(event) })
})
afterAll(async () => {
  for (const client of open) client.destroy()
  await local?.stop()
})

const kept = <T extends { destroy(): void }>(client: T): T => {
  open.push(client)
  return client
}
/** The AWS clients of the function `Services`, which its role limits. */
const clients = () => {
  const { endpoints } = local
  const common = { ...local.clientConfigOf('Services'), maxAttempts: 1 }
  return {
    dynamodb: kept(new DynamoDBClient({ ...common, endpoint: endpoints.dynamodb })),
    kms: kept(new KMSClient({ ...common, endpoint: endpoints.kms })),
    s3: kept(new S3Client({ ...common, endpoint: endpoints.s3, forcePathStyle: true })),
    secrets: kept(new SecretsManagerClient({ ...common, endpoint: endpoints.secretsManager })),
    sns: kept(new SNSClient({ ...common, endpoint: endpoints.sns })),
    sqs: kept(new SQSClient({ ...common, endpoint: endpoints.sqs })),
  }
}
const errorOf = (call: Promise<unknown>): Promise<unknown> =>
  call.then(
    () => undefined,
    (error: unknown) => error,
  )
const user = 'User: arn:aws:sts::000000000000:assumed-role/Runner-local-Role/Runner-local-Services'
const denied = (action: string, resource: string) =>
  `${user} is not authorized to perform: ${action} on resource: ${resource} because no identity-based policy allows the ${action} action`

describe('a function whose role does not allow a call', () => {
  it.each([
    [
      'DynamoDB',
      () => clients().dynamodb.send(new PutItemCommand({ TableName: 'Stateful-Plain', Item: { id: { S: '1' } } })),
      { name: 'AccessDeniedException', status: 400 },
      'dynamodb:PutItem',
      'arn:aws:dynamodb:us-east-1:000000000000:table/Stateful-Plain',
    ],
    [
      'SQS',
      () => clients().sqs.send(new SendMessageCommand({ QueueUrl: local.resources.Inbox ?? '', MessageBody: 'x' })),
      { name: 'AccessDeniedException', status: 400 },
      'sqs:SendMessage',
      'arn:aws:sqs:us-east-1:000000000000:inbox',
    ],
    [
      'SNS',
      () =>
        clients().sns.send(
          new PublishCommand({ TopicArn: 'arn:aws:sns:us-east-1:000000000000:another', Message: 'x' }),
        ),
      { name: 'AuthorizationErrorException', status: 403 },
      'sns:Publish',
      'arn:aws:sns:us-east-1:000000000000:another',
    ],
    [
      'S3',
      () =>
        clients().s3.send(
          new PutObjectCommand({ Bucket: local.resources.Files ?? '', Key: 'a', Body: 'x', Tagging: 'a=b' }),
        ),
      { name: 'AccessDenied', status: 403 },
      's3:PutObjectTagging',
      'arn:aws:s3:::stateful-files/a',
    ],
    [
      'Secrets Manager',
      () => clients().secrets.send(new GetSecretValueCommand({ SecretId: 'others/1' })),
      { name: 'AccessDeniedException', status: 400 },
      'secretsmanager:GetSecretValue',
      'arn:aws:secretsmanager:us-east-1:000000000000:secret:others/1',
    ],
    [
      'KMS',
      () =>
        clients().kms.send(
          new DecryptCommand({
            KeyId: local.resources.Key ?? '',
            CiphertextBlob: Buffer.from('x'),
            EncryptionContext: { other: '1' },
          }),
        ),
      { name: 'AccessDeniedException', status: 400 },
      'kms:Decrypt',
      'arn:aws:kms:us-east-1:000000000000:key/Key',
    ],
  ])('receives the error of %s, and the run reports the call', async (_, call, { name, status }, action, resource) => {
    events.length = 0
    const message = denied(action, resource)
    expect(await errorOf(call())).toMatchObject({ name, message, $metadata: { httpStatusCode: status } })
    expect(events).toEqual([
      { type: 'denied', functionId: 'Services', functionName: 'Runner-local-Services', action, resource, message },
    ])
  })

  it('does not learn whether an object exists that it may read, because it may not list the bucket', async () => {
    const missing = new GetObjectCommand({ Bucket: local.resources.Files ?? '', Key: 'missing' })
    expect(await errorOf(clients().s3.send(missing))).toMatchObject({
      name: 'AccessDenied',
      message: denied('s3:ListBucket', 'arn:aws:s3:::stateful-files'),
    })
  })

  it.each([
    ['SNS', () => clients().sns.send(new ListTopicsCommand()), 'the SNS operation ListTopics'],
    [
      'S3',
      () => clients().s3.send(new GetObjectCommand({ Bucket: 'b', Key: 'k', PartNumber: 2 })),
      'the S3 request GET',
    ],
  ])('is denied a call of %s whose permission the local run does not know', async (_, call, what) => {
    expect(await errorOf(call())).toMatchObject({
      message: expect.stringContaining(`The local run does not know which permission ${what}`),
    })
  })

  it('is the only caller that a role limits: the credentials of tests may do everything', async () => {
    const client = kept(new DynamoDBClient({ ...local.clientConfig, endpoint: local.endpoints.dynamodb }))
    await client.send(new ScanCommand({ TableName: 'Stateful-Plain' }))
  })
})

it('the run knows which grants of a role a request has needed', async () => {
  const uses = () =>
    local
      .grantUses()
      .filter(({ functionId, action }) => functionId === 'Services' && action === 'dynamodb:UpdateItem')
      .map(({ resource, used }) => ({ resource, used }))
  const table = 'arn:aws:dynamodb:us-east-1:000000000000:table/Stateful-Things'
  const unused = [table, `${table}/index/*`].map((resource) => ({ resource, used: false }))
  expect(uses()).toEqual(unused)
  await clients().dynamodb.send(new PutItemCommand({ TableName: 'Stateful-Things', Item: { id: { S: '1' } } }))
  expect(uses()).toEqual(unused)
  const written = local.grantUses().filter(({ action, used }) => used && action === 'dynamodb:PutItem')
  expect(written).toEqual([{ functionId: 'Services', action: 'dynamodb:PutItem', resource: table, used: true }])
})
