import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { Ajv2020 } from 'ajv/dist/2020.js'
import addFormats from 'ajv-formats'
import { type Announcement, announcementSchema } from '../../lib/messages/announcing/announcement.ts'
import type { Message } from '../../lib/messages/message.ts'
import { TemporarySubscriber } from '../aws/temporary-subscriber.ts'
import { Interrupted, StepFailed } from '../report/step-error.ts'
import { queueNameOf } from './objects.ts'
import type { Verification } from './verification.ts'

const schemaFile = new URL('../../docs/events.schema.json', import.meta.url)

/** Subscribes before anything is announced. The filter keeps the mail of other queues out of the temporary queue. */
export const subscribeToAnnouncements = ({
  journal,
  cloud,
  cleanUp,
  mark,
  deployment,
}: Verification): Promise<TemporarySubscriber | undefined> =>
  journal.step('subscriber', async () => {
    const name = `postmaster-verify-${mark}-announcements`
    const value = await TemporarySubscriber.subscribe(cloud, cleanUp, {
      name,
      topicArn: deployment.stateful.outputs.AnnouncementTopicArn,
      filterPolicy: { queue: [queueNameOf(mark)] },
    })
    return { detail: `The SQS queue ${name} is subscribed.`, value }
  })

export const checkAnnouncement = (
  { journal, limits, signal, deployment }: Verification,
  subscriber: TemporarySubscriber,
  message: Message,
): Promise<Announcement | undefined> =>
  journal.step('announcement', async () => {
    const isPublished = publishedSchema()
    const body = await subscriber.waitFor((text) => (text.includes(message.messageId) ? text : undefined), {
      limit: limits.delivery,
      signal,
    })
    if (body === undefined)
      throw new StepFailed(
        'announcement-missing',
        'The message is announced, and its announcement has not arrived in the queue.',
        'Check the NumberOfNotificationsFailed metric of the topic, and whether its encryption key is enabled.',
      )
    const json: unknown = JSON.parse(body)
    if (!isPublished(json))
      throw new StepFailed(
        'announcement-invalid',
        `The announcement does not match docs/events.schema.json: ${isPublished.errors?.[0]?.instancePath} ${isPublished.errors?.[0]?.message}.`,
        'Use the command of the version that is deployed.',
      )
    const value = announcementSchema.parse(json)
    const { RawBucketName } = deployment.stateful.outputs
    if (value.raw.bucket !== RawBucketName || value.queue.queueId !== message.queueId)
      throw new StepFailed(
        'announcement-differs',
        'The announcement names another bucket or queue than the record.',
        'Report this as a bug.',
      )
    return { detail: `${Buffer.byteLength(body)} bytes, queue ${value.queue.name}, reason ${value.reason.code}`, value }
  })

export const checkRawMail = (
  { journal, admin, signal }: Verification,
  { messageId, raw }: Announcement,
): Promise<true | undefined> =>
  journal.step('raw', async () => {
    const hash = createHash('sha256')
    let size = 0
    for await (const piece of await admin.client.download(`/messages/${messageId}/raw`)) {
      if (signal.aborted) throw new Interrupted()
      hash.update(piece)
      size += piece.byteLength
    }
    if (hash.digest('hex') !== raw.sha256 || size !== raw.size)
      throw new StepFailed(
        'raw-differs',
        'The downloaded bytes have another hash than the announcement.',
        'Report this as a bug.',
      )
    return { detail: `${size} bytes, SHA-256 ${raw.sha256}`, value: true }
  })

const publishedSchema = () => {
  const ajv = new Ajv2020({ strict: true, allErrors: true })
  addFormats.default(ajv)
  return ajv.compile(JSON.parse(readFileSync(schemaFile, 'utf8')))
}
