import { describe, expect, test } from 'vitest'
import { numberedMessages } from '../../../../lib/mailbox/pop3/listing.ts'

const list = [
  ['1', '100'],
  ['2', '200'],
  ['3', '300'],
]
const stable = (uidl: unknown) => numberedMessages(list, uidl).map(({ message }) => message.uidIsStable)

describe('joining LIST and UIDL', () => {
  test('gives number, size and UIDL, oldest first', () => {
    const shuffled = [list[2], list[0], list[1]]
    const uidl = [
      ['2', 'b'],
      ['1', 'a'],
      ['3', 'c'],
    ]
    expect(numberedMessages(shuffled, uidl)).toEqual([
      { number: 1, message: { uid: 'a', uidIsStable: true, size: 100, flaggedDeleted: false } },
      { number: 2, message: { uid: 'b', uidIsStable: true, size: 200, flaggedDeleted: false } },
      { number: 3, message: { uid: 'c', uidIsStable: true, size: 300, flaggedDeleted: false } },
    ])
  })

  test.each([
    ['the server has no UIDL', undefined, [false, false, false]],
    [
      'two messages share one',
      [
        ['1', 'a'],
        ['2', 'a'],
        ['3', 'c'],
      ],
      [false, false, true],
    ],
    ['one is empty', [['1', ''], ['2'], ['3', 'c']], [false, false, true]],
    [
      'one is missing',
      [
        ['1', 'a'],
        ['3', 'c'],
      ],
      [true, false, true],
    ],
    [
      'one is longer than any key may be',
      [
        ['1', 'x'.repeat(257)],
        ['2', 'x'.repeat(256)],
        ['3', 'c'],
      ],
      [false, true, true],
    ],
    [
      'one holds what RFC 1939 forbids',
      [
        ['1', 'a\u0007'],
        ['2', 'b', 'c'],
        ['3', '\ufffd'],
      ],
      [false, false, false],
    ],
  ])('trusts no uid where %s', (_, uidl, expected) => {
    expect(stable(uidl)).toEqual(expected)
  })

  test('an invented uid is unlike any other, in this session and the next', () => {
    const uids = [numberedMessages(list, undefined), numberedMessages(list, undefined)].flat()
    expect(new Set(uids.map(({ message }) => message.uid)).size).toBe(6)
  })

  test('ignores a UIDL of a message that LIST does not have', () => {
    expect(
      numberedMessages(list.slice(0, 1), [
        ['1', 'a'],
        ['9', 'z'],
      ]),
    ).toHaveLength(1)
  })

  test.each([[[['one', '100']]], [[['1', '-5']]], [[['1']]], [[['1', '9'.repeat(40)]]]])(
    'refuses a LIST row like %j',
    (rows) => {
      expect(() => numberedMessages(rows, undefined)).toThrow(expect.objectContaining({ code: 'server-misbehaved' }))
    },
  )

  test('joins 50,000 messages quickly', { timeout: 10_000 }, () => {
    const rows = Array.from({ length: 50_000 }, (_, index) => [String(index + 1), '5000'])
    const uidl = rows.map(([number]) => [number, `uid-${number}`])
    expect(numberedMessages(rows, uidl)).toHaveLength(50_000)
  })
})
