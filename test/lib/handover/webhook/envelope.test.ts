import { expect, it } from 'vitest'
import { bytesOf, envelopeLimit, envelopeOf, webhookEventSchema } from '../../../../lib/handover/webhook/envelope.ts'
import { aParcel, publicUrl } from './webhook-world.ts'

/** Each character takes two bytes of JSON. */
const quotes = '"'.repeat(5000)
const wide = '語'.repeat(5000)

it.each([
  ['quotes', quotes],
  ['wide letters', wide],
])('Webhook envelope with every part beyond its limit has at most 20 kB and names what was cut: %s', (_, long) => {
  const list = Array.from({ length: 300 }, (_, index) => `${index}${long.slice(0, 50)}`)
  const parcel = aParcel(
    {
      queueName: long.slice(0, 200),
      reason: { code: 'recipient', detail: long },
      header: {
        from: long,
        to: long,
        cc: long,
        subject: long,
        messageIdHeader: long,
        inReplyTo: long,
        date: '2025-07-01T08:52:37.000Z',
        references: list,
        recipients: list.map((address) => ({ header: 'To', address })),
        truncated: ['subject', 'headerBlock'],
      },
      automatic: {
        kind: 'bounce',
        signs: list.map((value) => ({ sign: 'precedence', header: 'precedence', value, strength: 'strong' as const })),
      },
      control: Object.fromEntries(list.map((value) => [value, long.slice(0, 200)])),
      ignoredControl: list.map((name) => ({ name, why: 'The account is not trusted.' })),
    },
    { queueName: long.slice(0, 200) },
  )
  const event = envelopeOf(parcel, `https://${'a'.repeat(60)}.example.com/${'b'.repeat(100)}`)
  const bytes = bytesOf(event)
  expect(bytes.length).toBeLessThanOrEqual(envelopeLimit)
  expect(bytes.length).toBeGreaterThan(envelopeLimit / 2)
  const read = webhookEventSchema.parse(JSON.parse(bytes.toString()))
  expect(read.type === 'message.received' && new Set(read.data.truncated)).toEqual(
    new Set([
      'subject',
      'headerBlock',
      'from',
      'to',
      'cc',
      'messageIdHeader',
      'inReplyTo',
      'references',
      'recipients',
      'automatic',
      'control',
      'ignoredControl',
      'reason',
    ]),
  )
})

it('Webhook envelope says that the message is replayed', () => {
  const parcel = aParcel()
  const event = envelopeOf({ ...parcel, delivery: { ...parcel.delivery, replays: 1 } }, publicUrl)
  expect(event).toMatchObject({ id: parcel.message.messageId, data: { replay: true } })
})

it('Webhook envelope of mail whose header could not be read has no header', () => {
  const event = envelopeOf(aParcel({ header: undefined, parsed: false }), publicUrl)
  expect(webhookEventSchema.parse(JSON.parse(bytesOf(event).toString()))).toMatchObject({ data: { parsed: false } })
  expect(event.data).not.toHaveProperty('header')
})
