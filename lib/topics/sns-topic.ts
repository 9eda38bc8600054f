import { InvalidParameterException, PublishBatchCommand, PublishCommand, type SNSClient } from '@aws-sdk/client-sns'

/** SNS's own bounds for one PublishBatch. */
export const batchEntries = 10

export interface TopicMessage {
  readonly body: string
  /** What subscribers may filter by: SNS refuses empty values and more than ten reach nobody over raw delivery. */
  readonly attributes: Readonly<Record<string, string>>
  /** Of an e-mail: ASCII on one line, below 100 characters. */
  readonly subject?: string | undefined
}

/** The topic did not take this one message. `code` is SNS's own. */
export class MessageRefused extends Error {
  override readonly name = 'MessageRefused'
  readonly code: string

  constructor(code: string) {
    super(`the topic refused the message (${code})`)
    this.code = code
  }
}

/** One SNS topic; the one place that speaks to SNS. Nothing is repeated here beyond the SDK's attempts. */
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

  /** At most `batchEntries` messages: what became of each, in their order; undefined where it was taken. Never rejects. */
  async publishBatch(batch: readonly TopicMessage[]): Promise<Array<Error | undefined>> {
    try {
      const { Successful = [], Failed = [] } = await this.#client.send(this.#commandOf(batch))
      const confirmed = new Set(Successful.map(({ Id }) => Id))
      const refused = new Map(Failed.map(({ Id, Code }) => [Id, Code]))
      return batch.map((_, index) =>
        confirmed.has(String(index)) ? undefined : new MessageRefused(refused.get(String(index)) ?? 'Unanswered'),
      )
    } catch (error) {
      // One entry that SNS finds unreadable fails the whole request: alone, each gets its own answer.
      if (error instanceof InvalidParameterException && batch.length > 1) return await this.#publishOneByOne(batch)
      return batch.map(() => (error instanceof Error ? error : new MessageRefused('Unknown')))
    }
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
