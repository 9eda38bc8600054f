import { SubscribeCommand, UnsubscribeCommand } from '@aws-sdk/client-sns'
import {
  CreateQueueCommand,
  DeleteMessageBatchCommand,
  DeleteQueueCommand,
  GetQueueUrlCommand,
  ReceiveMessageCommand,
} from '@aws-sdk/client-sqs'
import type { CleanUp } from '../report/clean-up.ts'
import { waitUntil } from '../report/wait-until.ts'
import type { Cloud } from './cloud.ts'

/** Seconds for which SQS holds a request while the queue is empty. Ctrl-C takes effect after that. */
const longPoll = 5
/** Seconds. The queue exists for minutes, and what is forgotten in it disappears soon. */
const retention = 3600

export interface SubscriberProps {
  /** The name of the queue. */
  readonly name: string
  readonly topicArn: string
  /** The attributes that a message must have. Without them, the subscriber receives everything. */
  readonly filterPolicy?: object
}

/** A queue that is subscribed to a topic, as a ticket system would be, until the command ends. */
export class TemporarySubscriber {
  readonly #cloud: Pick<Cloud, 'sqs'>
  readonly #queueUrl: string

  private constructor(cloud: Pick<Cloud, 'sqs'>, queueUrl: string) {
    this.#cloud = cloud
    this.#queueUrl = queueUrl
  }

  static async subscribe(
    { sqs, sns }: Pick<Cloud, 'sqs' | 'sns'>,
    cleanUp: CleanUp,
    { name, topicArn, filterPolicy }: SubscriberProps,
  ): Promise<TemporarySubscriber> {
    const [, partition, , region, accountId] = topicArn.split(':')
    const queueArn = `arn:${partition}:sqs:${region}:${accountId}:${name}`
    let url: string | undefined
    cleanUp.add({
      what: `the SQS queue ${name}`,
      command: () =>
        `aws sqs delete-queue --region ${region} --queue-url ${url ?? `"$(aws sqs get-queue-url --region ${region} --queue-name ${name} --output text)"`}`,
      remove: async () => {
        const QueueUrl = url ?? (await urlOf(sqs, name))
        if (QueueUrl !== undefined) await sqs.send(new DeleteQueueCommand({ QueueUrl }))
      },
    })
    const Policy = JSON.stringify(publishingPolicy(queueArn, topicArn))
    const created = await sqs.send(
      new CreateQueueCommand({ QueueName: name, Attributes: { Policy, MessageRetentionPeriod: String(retention) } }),
    )
    const queueUrl = created.QueueUrl ?? ''
    url = queueUrl
    const { SubscriptionArn } = await sns.send(
      new SubscribeCommand({
        TopicArn: topicArn,
        Protocol: 'sqs',
        Endpoint: queueArn,
        ReturnSubscriptionArn: true,
        Attributes: {
          RawMessageDelivery: 'true',
          ...(filterPolicy !== undefined && { FilterPolicy: JSON.stringify(filterPolicy) }),
        },
      }),
    )
    cleanUp.add({
      what: `the subscription of ${name} to ${topicArn}`,
      command: () => `aws sns unsubscribe --region ${region} --subscription-arn ${SubscriptionArn}`,
      remove: async () => void (await sns.send(new UnsubscribeCommand({ SubscriptionArn }))),
    })
    return new TemporarySubscriber({ sqs }, queueUrl)
  }

  /**
   * Waits for a message, and removes all messages that it sees.
   * @param read returns undefined for a message that is not the expected one
   * @returns undefined if the time is up
   */
  async waitFor<T>(
    read: (body: string) => T | undefined,
    { limit, signal }: { readonly limit: number; readonly signal: AbortSignal },
  ): Promise<T | undefined> {
    return await waitUntil(async () => (await this.#take()).map(read).find((found) => found !== undefined), {
      limit,
      pause: 0,
      signal,
    })
  }

  async #take(): Promise<string[]> {
    const QueueUrl = this.#queueUrl
    const { Messages = [] } = await this.#cloud.sqs.send(
      new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10, WaitTimeSeconds: longPoll }),
    )
    const Entries = Messages.map(({ ReceiptHandle }, index) => ({ Id: String(index), ReceiptHandle }))
    if (Entries.length > 0) await this.#cloud.sqs.send(new DeleteMessageBatchCommand({ QueueUrl, Entries }))
    return Messages.map(({ Body = '' }) => Body)
  }
}

const urlOf = async (sqs: Cloud['sqs'], name: string): Promise<string | undefined> => {
  try {
    return (await sqs.send(new GetQueueUrlCommand({ QueueName: name }))).QueueUrl
  } catch (error) {
    if (error instanceof Error && /QueueDoesNotExist|NonExistentQueue/.test(error.name)) return undefined
    throw error
  }
}

/** Only this topic may send to the queue. */
const publishingPolicy = (queueArn: string, topicArn: string) => ({
  Version: '2012-10-17',
  Statement: [
    {
      Effect: 'Allow',
      Principal: { Service: 'sns.amazonaws.com' },
      Action: 'sqs:SendMessage',
      Resource: queueArn,
      Condition: { ArnEquals: { 'aws:SourceArn': topicArn } },
    },
  ],
})
