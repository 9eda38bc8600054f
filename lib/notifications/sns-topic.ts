import {
  InvalidParameterException,
  ListSubscriptionsByTopicCommand,
  PublishBatchCommand,
  PublishCommand,
  type SNSClient,
} from '@aws-sdk/client-sns'

/** SNS's limit for one PublishBatch. */
export const batchEntries = 10

/** Pages of up to 100 subscriptions. Beyond a thousand, only the fact matters that there are some. */
const mostSubscriptionPages = 10

export interface TopicMessage {
  readonly body: string
  /**
   * Attributes that subscribers can filter by. SNS rejects empty values, and raw delivery drops messages with more than
   * ten.
   */
  readonly attributes: Readonly<Record<string, string>>
  /** An e-mail's subject: ASCII on one line, fewer than 100 characters. */
  readonly subject?: string | undefined
}

/** The topic rejected this message. `code` is SNS's own error code. */
export class MessageRefused extends Error {
  override readonly name = 'MessageRefused'
  readonly code: string

  constructor(code: string) {
    super(`the topic refused the message (${code})`)
    this.code = code
  }
}

/** One SNS topic. No other class uses SNS. Requests are not repeated beyond the SDK's own attempts. */
export class SnsTopic {
  readonly #client: SNSClient
  readonly #topicArn: string

  constructor(client: SNSClient, topicArn: string) {
    this.#client = client
    this.#topicArn = topicArn
  }

  async publish({ body, attributes, subject }: TopicMessage): Promise<void> {
    await this.#client.send(
      new PublishCommand({
        TopicArn: this.#topicArn,
        Message: body,
        MessageAttributes: attributesOf(attributes),
        ...(subject !== undefined && { Subject: subject }),
      }),
    )
  }

  /**
   * Publishes at most `batchEntries` messages. Never rejects.
   * @returns one entry per message in the same order: its error, or undefined if the topic accepted it
   */
  async publishBatch(batch: readonly TopicMessage[]): Promise<Array<Error | undefined>> {
    try {
      const { Successful = [], Failed = [] } = await this.#client.send(this.#commandOf(batch))
      const confirmed = new Set(Successful.map(({ Id }) => Id))
      const refused = new Map(Failed.map(({ Id, Code }) => [Id, Code]))
      return batch.map((_, index) =>
        confirmed.has(String(index)) ? undefined : new MessageRefused(refused.get(String(index)) ?? 'Unanswered'),
      )
    } catch (error) {
      // An invalid entry makes SNS reject the whole batch. Sent one by one, each message gets its own result.
      if (error instanceof InvalidParameterException && batch.length > 1) return await this.#publishOneByOne(batch)
      return batch.map(() => (error instanceof Error ? error : new MessageRefused('Unknown')))
    }
  }

  /**
   * Lists the endpoints to which SNS sends the topic's messages, up to about a thousand. A subscription that waits for
   * its confirmation receives nothing, and SNS lists no ARN for it.
   */
  async confirmedEndpoints(): Promise<string[]> {
    const endpoints: string[] = []
    let NextToken: string | undefined
    for (let page = 0; page < mostSubscriptionPages; page += 1) {
      const answer = await this.#client.send(
        new ListSubscriptionsByTopicCommand({
          TopicArn: this.#topicArn,
          ...(NextToken !== undefined && { NextToken }),
        }),
      )
      for (const { SubscriptionArn, Endpoint } of answer.Subscriptions ?? [])
        if (SubscriptionArn?.startsWith('arn:') && Endpoint !== undefined) endpoints.push(Endpoint)
      NextToken = answer.NextToken
      if (NextToken === undefined) break
    }
    return endpoints
  }

  async #publishOneByOne(batch: readonly TopicMessage[]): Promise<Array<Error | undefined>> {
    const outcomes: Array<Error | undefined> = []
    for (const message of batch) outcomes.push(...(await this.publishBatch([message])))
    return outcomes
  }

  #commandOf(batch: readonly TopicMessage[]): PublishBatchCommand {
    return new PublishBatchCommand({
      TopicArn: this.#topicArn,
      PublishBatchRequestEntries: batch.map(({ body, attributes }, index) => ({
        Id: String(index),
        Message: body,
        MessageAttributes: attributesOf(attributes),
      })),
    })
  }
}

const attributesOf = (attributes: TopicMessage['attributes']) =>
  Object.fromEntries(
    Object.entries(attributes).map(([name, value]) => [name, { DataType: 'String', StringValue: value }]),
  )
