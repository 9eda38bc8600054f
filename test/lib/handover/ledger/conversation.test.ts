import { describe, expect, it } from 'vitest'
import { groupOf, laneOf, placeOf } from '../../../../lib/handover/ledger/conversation.ts'
import type { Message } from '../../../../lib/messages/message.ts'
import { sampleMessage } from '../../../support/sample-message.ts'

const mail = (header: Partial<NonNullable<Message['header']>>, changes: Partial<Message> = {}): Message => {
  const message = sampleMessage(changes)
  const { messageIdHeader: _, ...rest } = message.header ?? { references: [], recipients: [], truncated: [] }
  return { ...message, header: { ...rest, ...header } }
}
const first = mail({ messageIdHeader: '<first@example.org>' })
const lane = (message: Message) => laneOf('d', message)

describe('the lane of a message', () => {
  it.each([
    [
      'References that begin with the first mail',
      { threadRoot: '<first@example.org>', references: ['<b@x>', '<c@x>'] },
    ],
    ['References of a row without the root', { references: ['<first@example.org>', '<b@x>'] }],
    ['only an In-Reply-To', { inReplyTo: '<first@example.org>' }],
    ['an In-Reply-To with words around the id', { inReplyTo: 'Your mail <first@example.org> of Monday' }],
  ])('is the lane of the first mail for a reply with %s', (_, header) => {
    expect(lane(mail({ messageIdHeader: '<reply@example.org>', ...header }))).toBe(lane(first))
  })

  it('is its own for a mail without any id, and for a mail that could not be parsed', () => {
    const { header: _, ...unparsed } = sampleMessage({ messageId: 'a'.repeat(64), parsed: false })
    const without = mail({}, { messageId: 'a'.repeat(64) })
    expect(lane(without)).toBe(lane(unparsed))
    expect(lane(without)).not.toBe(lane(mail({}, { messageId: 'b'.repeat(64) })))
    expect(lane(mail({ messageIdHeader: '  ' }, { messageId: 'a'.repeat(64) }))).toBe(lane(without))
  })

  it('differs between destinations and between conversations', () => {
    expect(laneOf('other', first)).not.toBe(lane(first))
    expect(lane(mail({ messageIdHeader: '<second@example.org>' }))).not.toBe(lane(first))
  })

  it('has 128 bits after the destination’s id, whatever the length of the Message-ID', () => {
    expect(lane(mail({ messageIdHeader: `<${'x'.repeat(996)}>` }))).toMatch(/^d#[0-9a-f]{32}$/)
    expect(lane(mail({ messageIdHeader: '<'.repeat(200_000) }))).toMatch(/^d#[0-9a-f]{32}$/)
  })
})

describe('the place of a message in its lane', () => {
  const at = (
    internalDate: string | undefined,
    header: Partial<NonNullable<Message['header']>>,
    id: string,
  ): string => {
    const { internalDate: _, ...source } = sampleMessage().source
    return placeOf(
      mail(header, { messageId: id.repeat(64), source: { ...source, ...(internalDate && { internalDate }) } }),
    )
  }

  it('sorts by the time at which the server received it, whenever it was stored', () => {
    const early = at('2026-03-02T08:00:00.000Z', { references: ['<a>', '<b>'] }, 'f')
    const late = at('2026-03-02T08:00:01.000Z', {}, 'a')
    expect([late, early].toSorted()).toEqual([early, late])
  })

  it('sorts the first mail before its replies within the same second, even if an id sorts the other way', () => {
    const time = '2026-03-02T08:00:00.000Z'
    const root = at('2026-03-02T08:00:00.900Z', {}, 'f')
    const reply = at(time, { inReplyTo: '<root>' }, 'c')
    const second = at(time, { inReplyTo: '<reply>', references: ['<root>', '<reply>'] }, 'a')
    expect([second, reply, root].toSorted()).toEqual([root, reply, second])
  })

  it('uses the time of storing if the server does not report when it received the mail', () => {
    expect(at(undefined, {}, 'a')).toBe(`2025-07-01T08:53:00#000#${'a'.repeat(64)}`)
  })
})

describe('the message group of a lane', () => {
  it('stays the same, is one of the destination’s groups, and fits into 128 characters', () => {
    const destinationId = '01JNBZ4ZQ0V7M3T9H2K5W8XDST'
    const groups = Array.from({ length: 200 }, (_, number) =>
      groupOf(laneOf(destinationId, mail({ messageIdHeader: `<${number}@x>` })), 4),
    )
    expect(new Set(groups)).toEqual(new Set([0, 1, 2, 3].map((number) => `${destinationId}#${number}`)))
    expect(groupOf(lane(first), 10)).toBe(groupOf(lane(first), 10))
    expect(groupOf(laneOf('x'.repeat(90), first), 10).length).toBeLessThanOrEqual(128)
  })
})
