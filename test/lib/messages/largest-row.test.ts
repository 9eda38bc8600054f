import { expect, it } from 'vitest'
import { takeJob } from '../../../lib/fetching/take-job.ts'
import { bytesOf, envelopeLimit, envelopeOf } from '../../../lib/handover/webhook/envelope.ts'
import { announcementJson, announcementLimit, announcementOf } from '../../../lib/messages/announcing/announcement.ts'
import { messageRowOf } from '../../../lib/messages/store/message-ledger.ts'
import { itemSizeOf } from '../../support/item-size.ts'
import { FakeServer } from '../fetching/fake-server.ts'
import { aDeadline, anAccount, memoryServices, tick } from '../fetching/memory-services.ts'
import { aParcel, publicUrl } from '../handover/webhook/webhook-world.ts'

/** DynamoDB refuses a row above 400 KB. The attributes that runs add to a row later must also fit. */
const rowLimit = 350 * 1024

const recipientHeaders = ['Resent-To', 'Envelope-To', 'To', 'Cc', 'Delivered-To', 'X-Original-To']

/** One byte that is not valid UTF-8 and is therefore read as € (windows-1252), which takes three bytes in the row. */
const widening = (length: number) => Buffer.alloc(length, 0x80)

/** Every stored field at its maximum length. */
const fullMail = (controlHeader: (index: number) => [name: string, value: Buffer], address: (n: number) => string) => {
  const lines: Array<[string, Buffer]> = [
    ['From', widening(1_100)],
    ['Subject', widening(1_100)],
    ['Message-ID', Buffer.concat([Buffer.from('<'), widening(990), Buffer.from('>')])],
    ['In-Reply-To', Buffer.concat([Buffer.from('<'), widening(990), Buffer.from('>')])],
    ['References', Buffer.concat(Array.from({ length: 25 }, () => Buffer.from(`<${'é'.repeat(480)}> `, 'latin1')))],
    ...Array.from({ length: 130 }, (_, index) => controlHeader(index)),
    ...recipientHeaders.map((name): [string, Buffer] => [
      name,
      Buffer.from(Array.from({ length: 510 }, (_, n) => address(n)).join(',')),
    ]),
  ]
  return Buffer.concat([
    ...lines.flatMap(([name, value]) => [Buffer.from(`${name}: `), value, Buffer.from('\r\n')]),
    Buffer.from('\r\nbody\r\n'),
  ])
}

const wide: Parameters<typeof fullMail> = [
  (index) => [`X-OTOBO-${'n'.repeat(80)}${index}`, widening(700)],
  (n) => `${n}${'語'.repeat(5)}@x`,
]
const many: Parameters<typeof fullMail> = [
  (index) => [`X-OTOBO-${'n'.repeat(80)}${index}`, widening(200)],
  (n) => `${String(n).padStart(3, '0')}${'a'.repeat(18)}@x.example`,
]
const disguised: Parameters<typeof fullMail> = [
  (index) => [`\0X-OTOBO-${'n'.repeat(80)}${index}`, widening(700)],
  (n) => `${'語'.repeat(80)}${n}@x`,
]

it.each([
  ['8-bit control headers', wide],
  ['the maximum number of control headers and recipients', many],
  ['disguised control headers and long addresses', disguised],
])(
  'a mail that reaches every limit produces a row that DynamoDB accepts: %s',
  async (_name, [controlHeader, address]) => {
    for (const trusted of [true, false]) {
      const memory = memoryServices(new FakeServer([fullMail(controlHeader, address)]), anAccount({ trusted }))
      await takeJob(memory.services, tick(), aDeadline(memory.state.now))
      const [message] = memory.state.messages.values()
      if (!message) throw new Error('nothing was stored')
      expect(message.header?.truncated).toContain('recipients')
      expect(message.header?.truncated).toContain(trusted ? 'control' : 'ignoredControl')
      expect(message.header).not.toHaveProperty('controlHeaders')
      const size = itemSizeOf(messageRowOf(message))
      expect(size).toBeLessThan(rowLimit)
      expect(size).toBeGreaterThan(50 * 1024)
      const announcement = Buffer.byteLength(announcementJson(announcementOf(message, 'raw-mail')))
      expect(announcement).toBeLessThanOrEqual(announcementLimit)
      const envelope = bytesOf(envelopeOf({ ...aParcel(), message }, publicUrl))
      expect(envelope.length).toBeLessThanOrEqual(envelopeLimit)
      expect(envelope.length).toBeGreaterThan(envelopeLimit / 3)
    }
  },
)
