import { DeleteItemCommand, DynamoDBClient, GetItemCommand, PutItemCommand } from '@aws-sdk/client-dynamodb'
import { GenerateDataKeyCommand, KMSClient } from '@aws-sdk/client-kms'
import { DeleteObjectCommand, PutObjectCommand, PutObjectTaggingCommand, S3Client } from '@aws-sdk/client-s3'
import { CreateSecretCommand, GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager'
import { PublishCommand, SNSClient } from '@aws-sdk/client-sns'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { tables } from '../../lib/tables/tables.ts'
import type { GrantUse } from '../../local/policies/policy-check.ts'
import { assembly, assemblyLimitMs } from '../support/assembly.ts'
import { startStack, type TestStack } from '../support/stack.ts'

let stack: TestStack
let grants: readonly GrantUse[]
const open: { destroy(): void }[] = []

beforeAll(async () => {
  await assembly()
  stack = await startStack()
  grants = stack.local.grantUses()
}, assemblyLimitMs)
afterAll(async () => {
  for (const client of open) client.destroy()
  await stack?.[Symbol.asyncDispose]()
})

const kept = <T extends { destroy(): void }>(client: T): T => {
  open.push(client)
  return client
}
/** The AWS clients of a function, with the key that only this function has. */
const clientsOf = (functionId: string) => {
  const { endpoints } = stack.local
  const common = { ...stack.local.clientConfigOf(functionId), maxAttempts: 1 }
  return {
    dynamodb: kept(new DynamoDBClient({ ...common, endpoint: endpoints.dynamodb })),
    kms: kept(new KMSClient({ ...common, endpoint: endpoints.kms })),
    s3: kept(new S3Client({ ...common, endpoint: endpoints.s3, forcePathStyle: true })),
    secrets: kept(new SecretsManagerClient({ ...common, endpoint: endpoints.secretsManager })),
    sns: kept(new SNSClient({ ...common, endpoint: endpoints.sns })),
  }
}
const failureOf = (call: Promise<unknown>): Promise<unknown> =>
  call.then(
    () => 'allowed',
    (error: unknown) => (error instanceof Error ? error.message : error),
  )
const tablesOfStack = () =>
  Object.entries(tables).map(([name, { partitionKey }]) => {
    const id = `Tables${name[0]?.toUpperCase()}${name.slice(1)}`
    const found = Object.entries(stack.local.resources).find(([one]) => new RegExp(`^${id}[0-9A-F]{8}$`).test(one))
    if (found === undefined) throw new Error(`no table ${id}`)
    return { name: found[1], key: { [partitionKey]: { S: 'x' } } }
  })
const bucket = () => stack.resource('RawMailBucket')

it('every function is denied a row of a table that its role does not name', async () => {
  const functions = new Set(grants.map(({ functionId }) => functionId))
  expect(functions.size).toBeGreaterThan(25)
  for (const functionId of functions) {
    const readable = grants.filter((one) => one.functionId === functionId && one.action === 'dynamodb:GetItem')
    const foreign = tablesOfStack().find(({ name }) => !readable.some(({ resource }) => resource.endsWith(`/${name}`)))
    if (foreign === undefined) throw new Error(`${functionId} may read every table`)
    const attempt = clientsOf(functionId).dynamodb.send(
      new GetItemCommand({ TableName: foreign.name, Key: foreign.key }),
    )
    expect(await failureOf(attempt)).toContain(
      `${functionId} is not authorized to perform: dynamodb:GetItem on resource: arn:aws:dynamodb:us-east-1:000000000000:table/${foreign.name} because`,
    )
    stack.denied.expect(functionId, 'dynamodb:GetItem')
  }
})

describe('a function is denied what differs from its grant only in a condition', () => {
  it.each<[string, string, string, () => Promise<unknown>]>([
    [
      'the callback generates a data key without the context of an account',
      'ApiOauth2Callback',
      'kms:GenerateDataKey',
      () =>
        clientsOf('ApiOauth2Callback').kms.send(
          new GenerateDataKeyCommand({ KeyId: stack.resource('EncryptionKey'), KeySpec: 'AES_256' }),
        ),
    ],
    [
      'the accounts API writes a row and asks for the old one',
      'ApiAccounts',
      'dynamodb:PutItem',
      () =>
        clientsOf('ApiAccounts').dynamodb.send(
          new PutItemCommand({
            TableName: stack.resource('TablesAccounts'),
            Item: { accountId: { S: 'x' } },
            ReturnValues: 'ALL_OLD',
          }),
        ),
    ],
    [
      'the accounts API creates a secret without the tag of the deployment',
      'ApiAccounts',
      'secretsmanager:CreateSecret',
      () =>
        clientsOf('ApiAccounts').secrets.send(
          new CreateSecretCommand({ Name: 'postmaster/account/x', SecretString: 'x' }),
        ),
    ],
    [
      'a delivery tags raw mail with another tag than that of a finished hand-over',
      'DeliveringFunction',
      's3:PutObjectTagging',
      () =>
        clientsOf('DeliveringFunction').s3.send(
          new PutObjectTaggingCommand({
            Bucket: bucket(),
            Key: 'x',
            Tagging: { TagSet: [{ Key: 'postmaster-handover', Value: 'other' }] },
          }),
        ),
    ],
    [
      'the fetch function overwrites a message',
      'FetchingFunction',
      's3:PutObject',
      () => clientsOf('FetchingFunction').s3.send(new PutObjectCommand({ Bucket: bucket(), Key: 'x', Body: 'x' })),
    ],
    [
      'the fetch function deletes a message',
      'FetchingFunction',
      's3:DeleteObject',
      () => clientsOf('FetchingFunction').s3.send(new DeleteObjectCommand({ Bucket: bucket(), Key: 'x' })),
    ],
    [
      'the fetch function reads the secret of a destination',
      'FetchingFunction',
      'secretsmanager:GetSecretValue',
      () =>
        clientsOf('FetchingFunction').secrets.send(new GetSecretValueCommand({ SecretId: 'postmaster/destination/x' })),
    ],
    [
      'the planning function announces mail',
      'PlanningFunction',
      'sns:Publish',
      () =>
        clientsOf('PlanningFunction').sns.send(
          new PublishCommand({ TopicArn: stack.resource('AnnouncementsTopic'), Message: 'x' }),
        ),
    ],
    [
      'the messages API deletes a row',
      'ApiMessages',
      'dynamodb:DeleteItem',
      () =>
        clientsOf('ApiMessages').dynamodb.send(
          new DeleteItemCommand({ TableName: stack.resource('TablesMessages'), Key: { messageId: { S: 'x' } } }),
        ),
    ],
  ])('%s', async (_, functionId, action, call) => {
    expect(await failureOf(call())).toContain(`is not authorized to perform: ${action} on resource:`)
    stack.denied.expect(functionId, action)
  })
})

it('a denied call that no test expects fails the test that stops the stack', async () => {
  const other = await startStack()
  const config = {
    ...other.local.clientConfigOf('ApiQueues'),
    endpoint: other.local.endpoints.dynamodb,
    maxAttempts: 1,
  }
  const client = kept(new DynamoDBClient(config))
  const TableName = other.resource('TablesRuns')
  await expect(client.send(new GetItemCommand({ TableName, Key: { runId: { S: 'x' } } }))).rejects.toThrow()
  await expect(other[Symbol.asyncDispose]()).rejects.toThrow(/Roles denied these calls:\n.*dynamodb:GetItem/)
})
