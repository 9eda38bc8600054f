import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import {
  BatchGetItemCommand,
  BatchWriteItemCommand,
  CreateTableCommand,
  DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
  QueryCommand,
} from '@aws-sdk/client-dynamodb'
import { HeadObjectCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3'
import { PublishBatchCommand, PublishCommand, SNSClient } from '@aws-sdk/client-sns'
import { ReceiveMessageCommand, SendMessageBatchCommand, SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { Fault } from '../../local/emulators/faults/fault.ts'
import { injectFaults } from '../../local/emulators/faults/inject-fault.ts'
import { AccessKeys } from '../../local/emulators/signed-calls/access-keys.ts'
import { startEmulators } from '../../local/emulators/start-emulators.ts'

const region = 'us-east-1'
const accountId = '000000000000'
const TopicArn = `arn:aws:sns:${region}:${accountId}:topic`
const folder = mkdtempSync(join(tmpdir(), 'postmaster-faults-'))
const keys = new AccessKeys()

let fault: Fault | undefined
let emulators: Awaited<ReturnType<typeof startEmulators>>
let dynamo: DynamoDBClient
let sqs: SQSClient
let sns: SNSClient
let s3: S3Client
let QueueUrl: string

beforeAll(async () => {
  emulators = await startEmulators({
    folder,
    region,
    accountId,
    access: { keys, intercept: injectFaults(({ accessKeyId }) => (accessKeyId === 'test' ? fault : undefined)) },
    now: () => new Date(),
  })
  const { endpoints, messaging } = emulators
  // The clients repeat nothing, so that the tests see each answer.
  const client = { region, credentials: keys.credentials('test'), maxAttempts: 1 }
  dynamo = new DynamoDBClient({ ...client, endpoint: endpoints.dynamodb })
  sqs = new SQSClient({ ...client, endpoint: endpoints.sqs })
  sns = new SNSClient({ ...client, endpoint: endpoints.sns })
  s3 = new S3Client({ ...client, endpoint: endpoints.s3, forcePathStyle: true })
  await messaging.call('CreateQueue', { QueueName: 'jobs' })
  QueueUrl = `${endpoints.sqs}/${accountId}/jobs`
  messaging.createTopic(TopicArn, 'topic')
  messaging.createBucket('bucket', { versioned: false })
  await dynamo.send(
    new CreateTableCommand({
      TableName: 'rows',
      BillingMode: 'PAY_PER_REQUEST',
      KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
      AttributeDefinitions: ['id', 'group'].map((name) => ({ AttributeName: name, AttributeType: 'S' as const })),
      GlobalSecondaryIndexes: [
        {
          IndexName: 'by-group',
          KeySchema: [{ AttributeName: 'group', KeyType: 'HASH' }],
          Projection: { ProjectionType: 'ALL' },
        },
      ],
    }),
  )
})
beforeEach(() => {
  fault = undefined
})
afterAll(async () => {
  await emulators.close()
  for (const client of [dynamo, sqs, sns, s3]) client.destroy()
  rmSync(folder, { recursive: true, force: true })
})

const put = (id: string) => dynamo.send(new PutItemCommand({ TableName: 'rows', Item: { id: { S: id } } }))
const exists = async (id: string): Promise<boolean> => {
  fault = undefined
  const { Item } = await dynamo.send(new GetItemCommand({ TableName: 'rows', Key: { id: { S: id } } }))
  return Item !== undefined
}
const calls: Readonly<Record<string, () => Promise<unknown>>> = {
  DynamoDB: () => put('row'),
  SQS: () => sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: 'x' })),
  SNS: () => sns.send(new PublishCommand({ TopicArn, Message: 'x' })),
  S3: () => s3.send(new PutObjectCommand({ Bucket: 'bucket', Key: 'key', Body: 'x' })),
}

describe('a call that a test makes fail', () => {
  it.each([
    ['DynamoDB', 'ThrottlingException', 'InternalServerError'],
    ['SQS', 'ThrottlingException', 'InternalError'],
    ['SNS', 'ThrottledException', 'InternalErrorException'],
    ['S3', 'SlowDown', 'InternalError'],
  ])('a call to %s ends with %s if it is throttled, and with %s if it failed', async (service, throttled, failed) => {
    fault = 'throttled'
    await expect(calls[service]?.()).rejects.toMatchObject({ name: throttled })
    fault = 'failed'
    await expect(calls[service]?.()).rejects.toMatchObject({ name: failed, $metadata: { httpStatusCode: 500 } })
    fault = undefined
    await calls[service]?.()
  })

  it('a call whose answer is lost has its effect', async () => {
    fault = 'answer-lost'
    await expect(put('lost')).rejects.toMatchObject({ code: 'ECONNRESET' })
    expect(await exists('lost')).toBe(true)
    fault = 'answer-lost'
    await expect(s3.send(new PutObjectCommand({ Bucket: 'bucket', Key: 'lost', Body: 'bytes' }))).rejects.toMatchObject(
      { code: 'ECONNRESET' },
    )
    fault = undefined
    expect((await s3.send(new HeadObjectCommand({ Bucket: 'bucket', Key: 'lost' }))).ContentLength).toBe(5)
  })

  it('a partly done write of rows returns the second half of them', async () => {
    const requests = ['a', 'b', 'c'].map((id) => ({ PutRequest: { Item: { id: { S: id } } } }))
    fault = 'partly-done'
    const answer = await dynamo.send(new BatchWriteItemCommand({ RequestItems: { rows: requests } }))
    expect(answer.UnprocessedItems).toEqual({ rows: requests.slice(1) })
    expect([await exists('a'), await exists('b'), await exists('c')]).toEqual([true, false, false])
  })

  it('a partly done read of rows returns the second half of the keys, and a single key', async () => {
    await put('read')
    const read = (...ids: string[]) => {
      fault = 'partly-done'
      const Keys = ids.map((id) => ({ id: { S: id } }))
      return dynamo.send(new BatchGetItemCommand({ RequestItems: { rows: { Keys, ConsistentRead: true } } }))
    }
    expect(await read('read', 'other')).toMatchObject({
      Responses: { rows: [{ id: { S: 'read' } }] },
      UnprocessedKeys: { rows: { Keys: [{ id: { S: 'other' } }], ConsistentRead: true } },
    })
    expect(await read('read')).toMatchObject({
      Responses: {},
      UnprocessedKeys: { rows: { Keys: [{ id: { S: 'read' } }] } },
    })
  })

  it('a partly done batch of jobs sends its first half and names the others', async () => {
    const Entries = ['first', 'second'].map((Id) => ({ Id, MessageBody: `batch ${Id}` }))
    fault = 'partly-done'
    const { Successful = [], Failed = [] } = await sqs.send(new SendMessageBatchCommand({ QueueUrl, Entries }))
    expect([Successful, Failed]).toMatchObject([[{ Id: 'first' }], [{ Id: 'second', SenderFault: false }]])
    fault = undefined
    const { Messages = [] } = await sqs.send(new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10 }))
    expect(Messages.map(({ Body }) => Body).filter((body) => body?.startsWith('batch'))).toEqual(['batch first'])
  })

  it('a partly done batch of announcements publishes its first half and names the others, also if it has one entry', async () => {
    const publish = async (...ids: string[]) => {
      fault = 'partly-done'
      const entries = ids.map((Id) => ({ Id, Message: Id }))
      const { Successful = [], Failed = [] } = await sns.send(
        new PublishBatchCommand({ TopicArn, PublishBatchRequestEntries: entries }),
      )
      return [Successful.map(({ Id }) => Id), Failed.map(({ Id, SenderFault }) => [Id, SenderFault])]
    }
    expect(await publish('first', 'second')).toEqual([['first'], [['second', false]]])
    expect(await publish('only')).toEqual([[], [['only', false]]])
  })

  it('a query of an index that is behind finds nothing, and only such a query can be behind', async () => {
    await dynamo.send(new PutItemCommand({ TableName: 'rows', Item: { id: { S: 'indexed' }, group: { S: 'g' } } }))
    const query = () =>
      dynamo.send(
        new QueryCommand({
          TableName: 'rows',
          IndexName: 'by-group',
          KeyConditionExpression: '#group = :group',
          ExpressionAttributeNames: { '#group': 'group' },
          ExpressionAttributeValues: { ':group': { S: 'g' } },
        }),
      )
    fault = 'index-behind'
    expect(await query()).toMatchObject({ Items: [], Count: 0 })
    await expect(put('row')).rejects.toMatchObject({ code: 'ECONNRESET' })
    fault = undefined
    expect((await query()).Items).toEqual([{ id: { S: 'indexed' }, group: { S: 'g' } }])
  })

  it('a call that is not a batch cannot be partly done', async () => {
    fault = 'partly-done'
    await expect(put('no-batch')).rejects.toMatchObject({ code: 'ECONNRESET' })
    expect(await exists('no-batch')).toBe(false)
  })
})
