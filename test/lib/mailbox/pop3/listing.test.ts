import { describe, expect, test } from 'vitest'
import { numberedMessages } from '../../../../lib/mailbox/pop3/listing.ts'

const list = [
  ['1', '100'],
  ['2', '200'],
  ['3', '300'],
]
const stable = (uidl: unknown) => numberedMessages(list, uidl).map(({ message }) => message.uidIsStable)
/** The lines of a listing as node-pop3 splits them. */
const asSplit = (...lines: string[]) => lines.map((line) => line.split(' '))
/** The UIDL of each message, or `unstable`. */
const uidsOf = (...lines: string[]) =>
  numberedMessages(list, asSplit(...lines)).map(({ message }) => (message.uidIsStable ? message.uid : 'unstable'))

describe('numberedMessages', () => {
  test('numberedMessages returns number, size and UIDL, oldest first', () => {
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

  test('a POP3 listing marks a UIDL that equals the number of its message', () => {
    const list = [
      ['1', '100'],
      ['2', '200'],
    ]
    const uidl = [
      ['1', '1'],
      ['2', '3'],
    ]
    expect(numberedMessages(list, uidl).map(({ message }) => message.uidIsNumber)).toEqual([true, undefined])
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
      'one is longer than a key may be',
      [
        ['1', 'x'.repeat(257)],
        ['2', 'x'.repeat(256)],
        ['3', 'c'],
      ],
      [false, true, true],
    ],
    [
      'one contains a character that RFC 1939 forbids',
      [
        ['1', 'a\u0007'],
        ['2', 'b'],
        ['3', '\ufffd'],
      ],
      [false, true, false],
    ],
  ])('numberedMessages does not trust unusable UIDLs: %s', (_, uidl, expected) => {
    expect(stable(uidl)).toEqual(expected)
  })

  test('numberedMessages generates uids that are unique in this session and the next', () => {
    const uids = [numberedMessages(list, undefined), numberedMessages(list, undefined)].flat()
    expect(new Set(uids.map(({ message }) => message.uid)).size).toBe(6)
  })

  test('numberedMessages ignores a UIDL of a message that LIST does not contain', () => {
    expect(
      numberedMessages(list.slice(0, 1), [
        ['1', 'a'],
        ['9', 'z'],
      ]),
    ).toHaveLength(1)
  })

  test.each([[[['one', '100']]], [[['1', '-5']]], [[['1']]], [[['1', '9'.repeat(40)]]]])(
    'numberedMessages rejects LIST rows like %j',
    (rows) => {
      expect(() => numberedMessages(rows, undefined)).toThrow(expect.objectContaining({ code: 'server-misbehaved' }))
    },
  )

  test('numberedMessages joins 50,000 messages quickly', { timeout: 10_000 }, () => {
    const rows = Array.from({ length: 50_000 }, (_, index) => [String(index + 1), '5000'])
    const uidl = rows.map(([number]) => [number, `uid-${number}`])
    expect(numberedMessages(rows, uidl)).toHaveLength(50_000)
  })

  test.each([
    ['several blanks', '1   a', '2  b', '3     c'],
    ['tabs', '1\ta', '2\t\tb', '3 \t c'],
    ['aligned columns', '  1      a', ' 10      ', '  2      b', '  3      c'],
    ['trailing blanks', '1 a ', '2 b\t', '3 c   '],
    ['a second carriage return at the end of a line', '1 a\r', '2 b\r', '3 c\r'],
    ['lines that end with a bare line feed', '1 a\n2 b\n3 c'],
    ['leading zeros', '001 a', '02 b', '3 c'],
    ['empty lines', '', '1 a', ' ', '2 b', '3 c'],
    ['words after the UIDL', '1 a 100 octets', '2 b', '3 c  (new)'],
    ['the same line twice', '1 a', '2 b', '2 b', '3 c'],
    ['a line that is not part of the listing', '1 a', 'UIDL follows', '2 b', '3 c'],
  ])('numberedMessages reads UIDLs from a listing with %s', (_, ...lines) => {
    expect(uidsOf(...lines)).toEqual(['a', 'b', 'c'])
  })

  test.each([
    ['one number with two UIDLs', ['1 a', '1 b', '2 c', '3 d'], ['unstable', 'c', 'd']],
    ['one UIDL with two numbers', ['1 a', '2 a', '3 c'], ['unstable', 'unstable', 'c']],
    ['one UIDL with two numbers, only one of which is in LIST', ['1 a', '2 b', '3 c', '9 a'], ['unstable', 'b', 'c']],
    ['UIDLs that contain blanks', ['1 Mon 5', '2 Mon 6', '3 Tue 5'], ['unstable', 'unstable', 'unstable']],
    ['a UIDL of blanks only', ['1   ', '2 b', '3 c'], ['unstable', 'b', 'c']],
  ])('numberedMessages does not rely on ambiguous UIDLs in a listing with %s', (_, lines, expected) => {
    expect(uidsOf(...lines)).toEqual(expected)
  })

  test.each([
    ['several blanks', '1   100', '2  200'],
    ['tabs', '1\t100', '2 \t200'],
    ['aligned columns', '  1     100', '  2     200'],
    ['trailing blanks', '1 100 ', '2 200\t'],
    ['words after the size', '1 100 octets', '2 200 msg2.eml seen'],
    ['the same line twice', '1 100', '2 200', '1 100'],
  ])('numberedMessages reads sizes from a listing with %s', (_, ...lines) => {
    const numbered = numberedMessages(asSplit(...lines), asSplit('1 a', '2 b'))
    expect(numbered.map(({ number, message }) => [number, message.size, message.uid])).toEqual([
      [1, 100, 'a'],
      [2, 200, 'b'],
    ])
  })

  test('numberedMessages does not rely on the UIDL of a number with two sizes in LIST', () => {
    const numbered = numberedMessages(asSplit('1 100', '1 150', '2 200'), asSplit('1 a', '2 b'))
    expect(numbered.map(({ number, message }) => [number, message.uidIsStable])).toEqual([
      [1, false],
      [2, true],
    ])
  })
})
