import { readFileSync } from 'node:fs'
import { SNSClient, SubscribeCommand } from '@aws-sdk/client-sns'
import {
  CreateQueueCommand,
  DeleteMessageBatchCommand,
  GetQueueAttributesCommand,
  ReceiveMessageCommand,
  SQSClient,
} from '@aws-sdk/client-sqs'
import { Ajv2020 } from 'ajv/dist/2020.js'
import addFormats from 'ajv-formats'
import { eventsSchemaFile } from '../../docs/write-events-schema.ts'
import { type Announcement, announcementSchema } from '../../lib/messages/announcement.ts'
import type { TestStack } from './stack.ts'

const ajv = new Ajv2020({ strict: true, allErrors: true })
addFormats.default(ajv)
const matchesPublishedSchema = ajv.compile(JSON.parse(readFileSync(eventsSchemaFile, 'utf8')))

/** A consumer: an SQS queue that subscribes to the announcement topic with raw message delivery, as docs/consuming.md says. */
export class Consumer {
  readonly #sqs: SQSClient
  readonly #queueUrl: string

  private constructor(sqs: SQSClient, queueUrl: string) {
    this.#sqs = sqs
    this.#queueUrl = queueUrl
  }

  static async subscribe(stack: TestStack, filterPolicy?: object): Promise<Consumer> {
    const { endpoints, clientConfig } = stack.local
    const sqs = new SQSClient({ ...clientConfig, endpoint: endpoints.sqs })
    const sns = new SNSClient({ ...clientConfig, endpoint: endpoints.sns })
    const { QueueUrl = '' } = await sqs.send(new CreateQueueCommand({ QueueName: `consumer-${crypto.randomUUID()}` }))
    const { Attributes } = await sqs.send(new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['QueueArn'] }))
    const subscription = {
      TopicArn: stack.resource('AnnouncementsTopic'),
      Protocol: 'sqs',
      Endpoint: Attributes?.QueueArn,
      Attributes: {
        RawMessageDelivery: 'true',
        ...(filterPolicy !== undefined && { FilterPolicy: JSON.stringify(filterPolicy) }),
      },
    }
    await sns.send(new SubscribeCommand(subscription))
    sns.destroy()
    return new Consumer(sqs, QueueUrl)
  }

  /** Everything announced since the last call. Throws for one that docs/events.schema.json does not describe. */
  async takeAll(): Promise<Announcement[]> {
    const announcements: Announcement[] = []
    for (;;) {
      const { Messages = [] } = await this.#sqs.send(
        new ReceiveMessageCommand({ QueueUrl: this.#queueUrl, MaxNumberOfMessages: 10, WaitTimeSeconds: 0 }),
      )
      if (Messages.length === 0) return announcements
      for (const { Body = '' } of Messages) {
        const body: unknown = JSON.parse(Body)
        if (!matchesPublishedSchema(body)) throw new Error(ajv.errorsText(matchesPublishedSchema.errors))
        announcements.push(announcementSchema.parse(body))
      }
      const Entries = Messages.map(({ ReceiptHandle }, index) => ({ Id: String(index), ReceiptHandle }))
      await this.#sqs.send(new DeleteMessageBatchCommand({ QueueUrl: this.#queueUrl, Entries }))
    }
  }
}
