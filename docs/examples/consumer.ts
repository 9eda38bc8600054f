/**
 * An example consumer of Postmaster's announcements for you to copy. It is a Lambda function behind an SQS queue that
 * subscribes to the topic with raw message delivery. It does not depend on Postmaster's code, only on
 * docs/events.schema.json. It needs s3:GetObject on the raw bucket.
 */
import { createHash } from 'node:crypto'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { GetObjectCommand, type S3Client } from '@aws-sdk/client-s3'
import { MailParser } from 'mailparser'
import * as z from 'zod'

/** Contains only the fields that are used here, so that fields added later cause no error. */
const mailReceived = z.object({
  version: z.literal(1),
  messageId: z.string(),
  raw: z.object({ bucket: z.string(), key: z.string(), sha256: z.string() }),
  queue: z.object({ name: z.string() }),
  loop: z.boolean(),
  control: z.record(z.string(), z.string()),
  header: z.object({ from: z.string().optional(), subject: z.string().optional() }).optional(),
})

export interface Ticket {
  readonly queue: string
  readonly title: string
  readonly from: string
  readonly text: string
  readonly priority: string
  readonly mayAnswer: boolean
}

/** The interface to your ticket system. */
export interface Desk {
  /**
   * Creates a ticket unless one exists for this key, because an announcement can arrive more than once.
   * @returns false if the ticket already existed
   */
  createOnce(key: string, ticket: Ticket): Promise<boolean>
}

export const consume = async (body: string, s3: S3Client, desk: Desk): Promise<'created' | 'repeated'> => {
  const mail = mailReceived.parse(JSON.parse(body))
  const text = await textOf(await rawMail(s3, mail.raw), mail.raw.sha256)
  const created = await desk.createOnce(mail.messageId, {
    queue: mail.queue.name,
    title: mail.control.title ?? mail.header?.subject ?? '(no subject)',
    from: mail.header?.from ?? '(unknown)',
    text,
    // Control headers come from the announcement, never from the raw mail, in which any sender can forge them.
    priority: mail.control.priority ?? '3 normal',
    mayAnswer: !mail.loop,
  })
  return created ? 'created' : 'repeated'
}

const rawMail = async (s3: S3Client, { bucket, key }: { bucket: string; key: string }): Promise<Readable> => {
  const { Body } = await s3.send(new GetObjectCommand({ Bucket: bucket, Key: key }))
  if (!(Body instanceof Readable)) throw new Error('S3 returned no body')
  return Body
}

/**
 * Streams the raw mail, so that 100 MB of attachments do not take up memory.
 * @throws Error if the file differs from its announcement
 */
const textOf = async (raw: Readable, sha256: string): Promise<string> => {
  const hash = createHash('sha256')
  const parser = new MailParser({ skipImageLinks: true, skipTextLinks: true, checksumAlgo: false })
  let text = ''
  parser.on('data', (part) => {
    if (part.type === 'text') text = part.text ?? ''
    else {
      // Store the attachment here if you need it. The parser stops unless every attachment is read to its end.
      part.content.once('end', () => part.release?.()).resume()
    }
  })
  await pipeline(raw, hashing(hash), parser)
  if (hash.digest('hex') !== sha256) throw new Error('the raw mail differs from its announcement')
  return text
}

const hashing = (hash: ReturnType<typeof createHash>) =>
  async function* (chunks: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
    for await (const chunk of chunks) {
      hash.update(chunk)
      yield chunk
    }
  }

interface QueueEvent {
  readonly Records: readonly { readonly messageId: string; readonly body: string }[]
}

/**
 * Creates the handler for Lambda: `export const handler = handlerFor(new S3Client({}), yourDesk)`. Failed messages
 * return to the queue, and the others are deleted from it.
 */
export const handlerFor = (s3: S3Client, desk: Desk) => async (event: QueueEvent) => {
  const failed: { itemIdentifier: string }[] = []
  for (const { messageId, body } of event.Records) {
    try {
      await consume(body, s3, desk)
    } catch (error) {
      // biome-ignore lint/suspicious/noConsole: a Lambda function writes its log to the console
      console.error('mail could not be consumed', messageId, error instanceof Error ? error.message : 'unknown')
      failed.push({ itemIdentifier: messageId })
    }
  }
  return { batchItemFailures: failed }
}
