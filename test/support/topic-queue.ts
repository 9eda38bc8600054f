import { SNSClient, SubscribeCommand } from '@aws-sdk/client-sns'
import {
  CreateQueueCommand,
  DeleteMessageBatchCommand,
  GetQueueAttributesCommand,
  ReceiveMessageCommand,
  SQSClient,
} from '@aws-sdk/client-sqs'
import type { TestStack } from './stack.ts'

/** An SQS queue subscribed to a topic of the stack. */
export class TopicQueue {
  readonly #sqs: SQSClient
  readonly #queueUrl: string

  private constructor(sqs: SQSClient, queueUrl: string) {
    this.#sqs = sqs
    this.#queueUrl = queueUrl
  }

  /**
   * @param topic a part of the topic's logical id
   * @param attributes the attributes of the subscription
   */
  static async subscribe(
    stack: TestStack,
    topic: string,
    attributes: Readonly<Record<string, string>> = {},
  ): Promise<TopicQueue> {
    const { endpoints, clientConfig } = stack.local
    const sqs = new SQSClient({ ...clientConfig, endpoint: endpoints.sqs })
    const sns = new SNSClient({ ...clientConfig, endpoint: endpoints.sns })
    const { QueueUrl = '' } = await sqs.send(new CreateQueueCommand({ QueueName: `consumer-${crypto.randomUUID()}` }))
    const { Attributes } = await sqs.send(new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['QueueArn'] }))
    const subscription = { TopicArn: stack.resource(topic), Protocol: 'sqs', Endpoint: Attributes?.QueueArn }
    await sns.send(new SubscribeCommand({ ...subscription, Attributes: attributes }))
    sns.destroy()
    return new TopicQueue(sqs, QueueUrl)
  }

  /** @returns the bodies of all messages since the last call */
  async takeAll(): Promise<string[]> {
    const bodies: string[] = []
    for (;;) {
      const { Messages = [] } = await this.#sqs.send(
        new ReceiveMessageCommand({ QueueUrl: this.#queueUrl, MaxNumberOfMessages: 10, WaitTimeSeconds: 0 }),
      )
      if (Messages.length === 0) return bodies
      bodies.push(...Messages.map(({ Body = '' }) => Body))
      const Entries = Messages.map(({ ReceiptHandle }, index) => ({ Id: String(index), ReceiptHandle }))
      await this.#sqs.send(new DeleteMessageBatchCommand({ QueueUrl: this.#queueUrl, Entries }))
    }
  }
}
