import { createHash } from 'node:crypto'
import { CreateBucketCommand, S3Client } from '@aws-sdk/client-s3'
import { SNSClient } from '@aws-sdk/client-sns'
import { type FauxqsServer, startFauxqs } from 'fauxqs'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { handlerFor, type Ticket } from '../../docs/examples/consumer.ts'
import { SnsAnnouncer } from '../../lib/messages/announcing/sns-announcer.ts'
import { automaticMailOf } from '../../lib/messages/automatic-mail.ts'
import { readMessageHeader } from '../../lib/messages/header/read-message-header.ts'
import { S3RawStore } from '../../lib/messages/store/s3-raw-store.ts'
import { SnsTopic } from '../../lib/notifications/sns-topic.ts'
import { sampleMessage } from '../support/sample-message.ts'

const bucket = 'raw-mail'
const region = 'eu-central-1'
const mail = Buffer.from(
  [
    'From: Jane Doe <jane@example.org>',
    'To: support@example.com',
    'Subject: =?utf-8?Q?Drucker_f=C3=A4ngt_Feuer?=',
    'X-OTOBO-Priority: 5 very high',
    'Precedence: bulk',
    'MIME-Version: 1.0',
    'Content-Type: multipart/mixed; boundary=b',
    '',
    '--b',
    'Content-Type: text/plain; charset=utf-8',
    '',
    'Bitte kommen Sie sofort. Grüße',
    '--b',
    'Content-Type: application/octet-stream; name=photo.bin',
    'Content-Transfer-Encoding: base64',
    '',
    Buffer.alloc(300_000, 7).toString('base64').replace(/.{76}/g, '$&\r\n'),
    '--b--',
    '',
  ].join('\r\n'),
)

let server: FauxqsServer
let s3: S3Client
let sns: SNSClient

beforeAll(async () => {
  server = await startFauxqs({ port: 0, logger: false, defaultRegion: region })
  const settings = { endpoint: server.address, region, credentials: { accessKeyId: 'test', secretAccessKey: 'test' } }
  s3 = new S3Client({ ...settings, forcePathStyle: true })
  sns = new SNSClient(settings)
  await s3.send(new CreateBucketCommand({ Bucket: bucket }))
})
afterAll(async () => {
  s3.destroy()
  sns.destroy()
  await server.stop()
})

it('the example consumer creates one ticket for a message that is announced twice, and reports one whose bytes were changed', async () => {
  const header = readMessageHeader(mail, 'X-OTOBO-')
  if (!header) throw new Error('the mail has a header')
  const automatic = automaticMailOf(header.automaticSigns)
  const sha256 = createHash('sha256').update(mail).digest('hex')
  const message = sampleMessage({
    header,
    ...(automatic && { automatic }),
    sha256,
    size: mail.length,
    ignoredControl: [{ name: 'x-otobo-priority', why: 'x' }],
  })
  const forged = { ...message, messageId: 'f'.repeat(64) }
  const raw = new S3RawStore(s3, bucket)
  await raw.put(message.messageId, mail, new AbortController().signal)
  await raw.put(forged.messageId, Buffer.from('other bytes'), new AbortController().signal)

  server.createQueue('desk', { region })
  const { topicArn } = server.createTopic('mail', { region })
  server.subscribe({ topic: 'mail', queue: 'desk', region, attributes: { RawMessageDelivery: 'true' } })
  const announcer = new SnsAnnouncer(new SnsTopic(sns, topicArn), bucket)
  await Promise.all([announcer.announce(message), announcer.announce(forged)])
  await announcer.announce(message)

  const tickets = new Map<string, Ticket>()
  const desk = {
    createOnce: async (key: string, ticket: Ticket) => {
      if (tickets.has(key)) return false
      tickets.set(key, ticket)
      return true
    },
  }
  const delivered = server.inspectQueue('desk')?.messages.ready ?? []
  expect(delivered).toHaveLength(3)
  const Records = delivered.map(({ body }, index) => ({ messageId: String(index), body }))
  const answer = await handlerFor(s3, desk)({ Records })

  expect(answer).toEqual({ batchItemFailures: [{ itemIdentifier: '1' }] })
  expect([...tickets]).toEqual([
    [
      message.messageId,
      {
        queue: 'Support',
        title: 'Drucker fängt Feuer',
        from: 'Jane Doe <jane@example.org>',
        text: 'Bitte kommen Sie sofort. Grüße',
        priority: '3 normal',
        mayAnswer: false,
      },
    ],
  ])
})
