import { describe, expect, it } from 'vitest'
import {
  announcementAttributes,
  announcementJson,
  announcementLimit,
  announcementOf,
  announcementSchema,
} from '../../../../lib/messages/announcing/announcement.ts'
import { messageSchema } from '../../../../lib/messages/message.ts'
import { sampleMessage } from '../../../support/sample-message.ts'

const bucket = 'raw-mail'

describe('announcements', () => {
  it('an announcement describes an ordinary message completely', () => {
    const message = sampleMessage()
    const announcement = announcementOf(message, bucket)
    expect(announcement).toEqual({
      version: 1,
      event: 'mail-received',
      messageId: message.messageId,
      raw: { bucket, key: message.messageId, sha256: message.sha256, size: 2_048 },
      queue: { queueId: 'q-support', name: 'Support' },
      reason: { code: 'recipient', detail: 'To: support@example.com is the system address of queue Support.' },
      account: { accountId: '01K0ACCOUNT', type: 'IMAPS' },
      runId: '01K0RUN',
      trusted: false,
      parsed: true,
      loop: false,
      control: {},
      ignoredControl: [{ name: 'x-otobo-queue', why: 'The account is not trusted.' }],
      header: {
        from: 'Jane Doe <jane@example.org>',
        to: 'Support <support@example.com>',
        subject: 'Printer on fire',
        messageIdHeader: '<1@example.org>',
        date: '2025-07-01T08:52:37.000Z',
        references: [],
        recipients: [{ header: 'To', address: 'support@example.com' }],
      },
      receivedAt: '2025-07-01T08:52:40.000Z',
      storedAt: '2025-07-01T08:53:00.000Z',
      truncated: [],
    })
    expect(announcementSchema.parse(announcement)).toEqual(announcement)
  })

  it('an announcement is identical when it is repeated', () => {
    const message = sampleMessage({ control: { queue: 'VIP', priority: '5' }, trusted: true })
    expect(announcementJson(announcementOf(message, bucket))).toBe(announcementJson(announcementOf(message, bucket)))
  })

  it('an announcement has no header if the message’s header cannot be read', () => {
    const { header: _header, ...rest } = sampleMessage({ parsed: false, ignoredControl: [] })
    const announcement = announcementOf({ ...rest, source: { mailboxEpoch: 1, uid: 'abc', listedSize: 1 } }, bucket)
    expect(announcement).toMatchObject({ parsed: false, loop: false, truncated: [] })
    expect(announcement).not.toHaveProperty('header')
    expect(announcement).not.toHaveProperty('receivedAt')
    announcementSchema.parse(announcement)
  })

  it('an announcement with every part at its limit stays below 64 KiB and lists what was cut', () => {
    const wide = '\u{1F600}'.repeat(500)
    const message = messageSchema.parse(
      sampleMessage({
        trusted: true,
        queueName: '語'.repeat(200),
        reason: { code: 'recipient', detail: '語'.repeat(5_000) },
        control: Object.fromEntries(Array.from({ length: 120 }, (_, n) => [`h${n}`, wide])),
        ignoredControl: Array.from({ length: 120 }, (_, n) => ({
          name: `x-otobo-${'n'.repeat(90)}${n}`,
          why: '"'.repeat(200),
        })),
        header: {
          from: '"\\'.repeat(500),
          to: '語'.repeat(1_000),
          cc: wide,
          subject: wide,
          messageIdHeader: '語'.repeat(998),
          inReplyTo: '語'.repeat(998),
          references: Array.from({ length: 20 }, (_, n) => `<${n}${'語'.repeat(900)}>`),
          recipients: Array.from({ length: 3_000 }, (_, n) => ({
            header: 'X-Original-To',
            address: `${'語'.repeat(200)}${n}@x`,
          })),
          truncated: ['control', 'headerBlock'],
        },
        automatic: {
          kind: 'bulk',
          signs: Array.from({ length: 50 }, () => ({
            sign: 'precedence',
            header: 'precedence',
            value: '語'.repeat(100),
            strength: 'strong',
          })),
        },
      }),
    )
    const announcement = announcementOf(message, bucket)
    const size = Buffer.byteLength(announcementJson(announcement))
    expect(size).toBeLessThanOrEqual(announcementLimit)
    expect(size).toBeGreaterThan(announcementLimit / 2)
    expect(announcement.truncated.toSorted()).toEqual([
      'automatic',
      'control',
      'headerBlock',
      'ignoredControl',
      'inReplyTo',
      'messageIdHeader',
      'reason',
      'recipients',
      'references',
      'to',
    ])
    expect(announcement.header?.references.at(-1)).toMatch(/^<19/)
    expect(announcement.header?.recipients[0]?.address).toMatch(/0@x$/)
    expect(Object.values(announcement.control).every((value) => value === wide)).toBe(true)
    announcementSchema.parse(announcement)
  })

  it('an announcement is JSON that SNS and SQS accept: characters forbidden in XML 1.0 are escaped', () => {
    const announcement = announcementOf(sampleMessage({ queueName: 'a\u0000\u007f\u0085\u2028\ufffe\ud800b' }), bucket)
    const json = announcementJson(announcement)
    // biome-ignore lint/suspicious/noControlCharactersInRegex: the expression searches for control characters
    expect(json).not.toMatch(/[\u0000-\u001f\u007f-\u009f\u2028\ufffe\ud800-\udfff]/)
    expect(JSON.parse(json)).toEqual(announcement)
  })
})

describe('announcements of automatic mail', () => {
  const sign = { sign: 'auto-replied', header: 'auto-submitted', value: 'auto-replied', strength: 'strong' } as const
  const weak = { sign: 'list-unsubscribe', header: 'list-unsubscribe', value: '<x>', strength: 'weak' } as const

  it('an announcement of automatic mail contains its kind, its signs and the loop flag', () => {
    const automatic = { kind: 'automatic-reply', signs: [sign, weak] } as const
    const announcement = announcementOf(sampleMessage({ automatic: { ...automatic, signs: [sign, weak] } }), bucket)
    expect(announcement).toMatchObject({ loop: true, automatic })
    expect(announcementAttributes(announcement)).toMatchObject({ loop: 'true', automatic: 'automatic-reply' })
    announcementSchema.parse(announcement)
  })

  it('an announcement of mail with one weak sign contains the sign but no kind, and no loop flag', () => {
    const announcement = announcementOf(sampleMessage({ automatic: { signs: [weak] } }), bucket)
    expect(announcement).toMatchObject({ loop: false, automatic: { signs: [weak] } })
    expect(announcement.automatic).not.toHaveProperty('kind')
    expect(announcementAttributes(announcement)).toMatchObject({ loop: 'false', automatic: 'no' })
  })
})

describe('announcement attributes', () => {
  const attributesOf = (changes: Parameters<typeof sampleMessage>[0] = {}) =>
    announcementAttributes(announcementOf(sampleMessage(changes), bucket))

  it('an announcement has at most ten attributes', () => {
    expect(attributesOf()).toEqual({
      version: '1',
      queue: 'Support',
      queueId: 'q-support',
      account: '01K0ACCOUNT',
      trusted: 'false',
      loop: 'false',
      automatic: 'no',
      parsed: 'true',
      reason: 'recipient',
    })
  })

  it('announcement attributes are never empty and contain nothing that SNS refuses', () => {
    expect(attributesOf({ queueName: ' \u0000\t' }).queue).toBe('-')
    expect(attributesOf({ queueName: 'Büro\r\n\u0007 \ufffe\ud800Süd' }).queue).toBe('Büro Süd')
    expect(attributesOf({ queueName: 'x'.repeat(1_000) }).queue).toHaveLength(256)
    expect(Object.keys(attributesOf()).every((name) => /^[A-Za-z0-9_.-]{1,256}$/.test(name))).toBe(true)
  })

  it('announcement attributes contain the longest queue name in full', () => {
    expect(attributesOf({ queueName: '語'.repeat(200) }).queue).toBe('語'.repeat(200))
  })
})
