import { readFileSync } from 'node:fs'
import { Ajv2020 } from 'ajv/dist/2020.js'
import addFormats from 'ajv-formats'
import { eventsSchemaFile } from '../../docs/write-events-schema.ts'
import { type Announcement, announcementSchema } from '../../lib/messages/announcing/announcement.ts'
import type { TestStack } from './stack.ts'
import { TopicQueue } from './topic-queue.ts'

const ajv = new Ajv2020({ strict: true, allErrors: true })
addFormats.default(ajv)
const matchesPublishedSchema = ajv.compile(JSON.parse(readFileSync(eventsSchemaFile, 'utf8')))

/**
 * A consumer: an SQS queue subscribed to the announcement topic with raw message delivery, as described in
 * docs/consuming.md.
 */
export class Consumer {
  readonly #queue: TopicQueue

  private constructor(queue: TopicQueue) {
    this.#queue = queue
  }

  static async subscribe(stack: TestStack, filterPolicy?: object): Promise<Consumer> {
    const attributes = {
      RawMessageDelivery: 'true',
      ...(filterPolicy !== undefined && { FilterPolicy: JSON.stringify(filterPolicy) }),
    }
    return new Consumer(await TopicQueue.subscribe(stack, 'AnnouncementsTopic', attributes))
  }

  /**
   * @returns all announcements since the last call
   * @throws if one does not match docs/events.schema.json
   */
  async takeAll(): Promise<Announcement[]> {
    return (await this.#queue.takeAll()).map((text) => {
      const body: unknown = JSON.parse(text)
      if (!matchesPublishedSchema(body)) throw new Error(ajv.errorsText(matchesPublishedSchema.errors))
      return announcementSchema.parse(body)
    })
  }
}
