/**
 * Only the calls that a stored message needs, with the product's clients and nothing else: no mail, no header, no hash, no
 * schema. Its processor time is the floor of the fetch function, and its rate is the floor of the whole local stack. Its
 * parent is `message.ts`.
 */
import { DynamoDBClient, PutItemCommand, UpdateItemCommand } from '@aws-sdk/client-dynamodb'
import { PutObjectCommand, S3Client } from '@aws-sdk/client-s3'
import { PublishBatchCommand, SNSClient } from '@aws-sdk/client-sns'
import { marshall } from '@aws-sdk/util-dynamodb'
import pLimit from 'p-limit'
import * as z from 'zod'
import { bulkClientSettings, clientSettings } from '../../../functions/shared/clients.ts'
import { limits } from '../../../lib/fetching/limits.ts'
import {
  announcementAttributes,
  announcementJson,
  announcementOf,
} from '../../../lib/messages/announcing/announcement.ts'
import { messageRowOf } from '../../../lib/messages/store/message-ledger.ts'
import { batchEntries } from '../../../lib/notifications/sns-topic.ts'
import { sampleMessage } from '../../support/sample-message.ts'

const placeSchema = z.object({ bucket: z.string(), table: z.string(), topic: z.string() })
const commandSchema = z.object({
  place: placeSchema,
  messages: z.array(z.object({ id: z.string(), body: z.string() })),
})
export type BareCommand = z.infer<typeof commandSchema>

const s3 = new S3Client(bulkClientSettings)
const dynamo = new DynamoDBClient(clientSettings)
const sns = new SNSClient(clientSettings)
const limit = pLimit(limits.storesUnderWay)

const sample = sampleMessage()
const announcement = announcementOf(sample, 'bucket')
const MessageAttributes = Object.fromEntries(
  Object.entries(announcementAttributes(announcement)).map(([name, value]) => [
    name,
    { DataType: 'String', StringValue: value },
  ]),
)
const entryOf = (messageId: string) => ({
  Id: messageId,
  Message: announcementJson({ ...announcement, messageId }),
  MessageAttributes,
})
const row = marshall(messageRowOf(sample), { removeUndefinedValues: true })

const store = async ({ place: { bucket, table, topic }, messages }: BareCommand): Promise<void> => {
  const publish = async (ids: readonly string[]): Promise<void> => {
    await sns.send(new PublishBatchCommand({ TopicArn: topic, PublishBatchRequestEntries: ids.map(entryOf) }))
  }
  const stored: string[] = []
  await limit.map(messages, async ({ id, body }) => {
    const Body = Buffer.from(body, 'base64')
    const object = { Bucket: bucket, Key: id, Body, ContentLength: Body.length, IfNoneMatch: '*' }
    await s3.send(new PutObjectCommand({ ...object, ContentType: 'message/rfc822', ChecksumAlgorithm: 'CRC32' }))
    await dynamo.send(
      new PutItemCommand({
        TableName: table,
        Item: { ...row, messageId: { S: id } },
        ConditionExpression: 'attribute_not_exists(messageId)',
      }),
    )
    if (stored.push(id) === batchEntries) await publish(stored.splice(0))
    await dynamo.send(
      new UpdateItemCommand({
        TableName: table,
        Key: { messageId: { S: id } },
        UpdateExpression: 'SET #server = :server REMOVE #unannounced',
        ConditionExpression: 'attribute_exists(#unannounced)',
        ExpressionAttributeNames: { '#server': 'server', '#unannounced': 'unannounced' },
        ExpressionAttributeValues: { ':server': { S: 'deleted' } },
      }),
    )
  })
  if (stored.length > 0) await publish(stored)
}

process.on('disconnect', () => process.exit())
process.on('message', (message) => {
  const command = commandSchema.parse(message)
  const [before, begun] = [process.cpuUsage(), performance.now()]
  store(command).then(
    () => {
      const { user, system } = process.cpuUsage(before)
      process.send?.({ cost: { cpu: (user + system) / 1000, milliseconds: performance.now() - begun } })
    },
    (error: unknown) => process.send?.({ failure: error instanceof Error ? error.stack : String(error) }),
  )
})
