import { describe, expect, it } from 'vitest'
import { type Column, TablePrinter } from '../../../../cli/terminal/layout/table.ts'
import { widthOf } from '../../../../cli/terminal/layout/width.ts'

interface Item {
  readonly id: string
  readonly at: string
  readonly subject: string
  readonly queue?: string
  readonly size: number
  readonly reason?: string
}

const now = Date.parse('2026-03-02T08:10:00.000Z')
const item = (more: Partial<Item> = {}): Item => ({
  id: '01JNBZ4ZQ0V7M3T9H2K5W8XACC',
  at: '2026-03-02T08:07:00.000Z',
  subject: 'The printer is on fire',
  queue: 'Support',
  size: 1240,
  ...more,
})
const columns: ReadonlyArray<Column<Item>> = [
  { head: 'ID', value: ({ id }) => id, kind: 'id' },
  { head: 'STORED', value: ({ at }) => at, kind: 'time' },
  { head: 'QUEUE', value: ({ queue }) => queue },
  { head: 'SUBJECT', value: ({ subject }) => subject },
  { head: 'BYTES', value: ({ size }) => size, kind: 'number' },
  { head: 'REASON', value: ({ reason }) => reason, below: 'one-line' },
]

const printed = (screen: number | undefined, ...pages: Item[][]): string[] => {
  const lines: string[] = []
  const table = new TablePrinter({ out: (text) => void lines.push(text), columns: screen }, columns, now)
  for (const page of pages) table.print(page)
  return lines
}

describe('a table on a terminal', () => {
  it('a table shows short ids, relative times, numbers to the right, and text below the row', () => {
    const other = item({
      id: '01JNBZ4ZQ0V7M3T9H2K5W8XADD',
      at: '2026-03-02T06:10:00.000Z',
      size: 7,
      reason: 'It burns.',
    })
    expect(printed(100, [item(), other])).toEqual([
      'ID                         STORED     QUEUE    SUBJECT                 BYTES',
      '01JNBZ4ZQ0V7M3T9H2K5W8XAC  3 min ago  Support  The printer is on fire   1240',
      '01JNBZ4ZQ0V7M3T9H2K5W8XAD  2 hr ago   Support  The printer is on fire      7',
      '  It burns.',
    ])
  })

  it.each([60, 80, 100, 160])('a table fits a terminal with %i columns if its text is long', (screen) => {
    const long = item({
      subject: '漢字と e\u0301 '.repeat(40),
      queue: 'A queue with a long name',
      reason: 'r'.repeat(500),
    })
    const lines = printed(screen, [long, item()])
    expect(Math.max(...lines.map(widthOf))).toBe(screen)
    expect(lines.join('')).toContain('…')
  })

  it('a table cuts its widest column first', () => {
    const [, row] = printed(70, [item({ subject: 'A subject that is much longer than its column can be' })])
    expect(row).toBe('01JNBZ4ZQ0V7M3  3 min ago  Support  A subject that is much lon…   1240')
  })

  it('a table leaves out columns from the right on a terminal that is too narrow for them', () => {
    const [head, row] = printed(35, [item()])
    expect(head).toBe('ID              STORED     QUEUE')
    expect(row).toBe('01JNBZ4ZQ0V7M3  3 min ago  Support')
    expect(printed(5, [item()])).toEqual(['ID', '01JNBZ4ZQ0V7M3'])
  })

  it('later parts of a table continue in its columns without a second header', () => {
    const lines = printed(100, [item()], [item({ subject: 'A subject that is longer than those before' })])
    expect(lines).toHaveLength(3)
    expect(lines[2]).toBe('01JNBZ4ZQ0V7M3  3 min ago  Support  A subject that is lon…   1240')
  })

  it('a table leaves out a column without values, and begins again when a later part has one', () => {
    const plain = item({ queue: '' })
    const lines = printed(100, [plain], [plain], [item()])
    expect(lines.map((line) => /QUEUE|Support|^$/.exec(line)?.[0])).toEqual([
      ...[undefined, undefined, undefined],
      ...['', 'QUEUE', 'Support'],
    ])
  })

  it('an empty table prints nothing', () => {
    expect(printed(100, [])).toEqual([])
  })
})

describe('a table in a pipe', () => {
  it('a pipe receives complete values between tabs, without a header and without characters that end a field', () => {
    const hostile = item({ subject: 'one\ttwo\nthree \u001b[31mred', reason: 'r'.repeat(300) })
    expect(printed(undefined, [item(), hostile])).toEqual([
      '01JNBZ4ZQ0V7M3T9H2K5W8XACC\t2026-03-02T08:07:00.000Z\tSupport\tThe printer is on fire\t1240\t',
      `01JNBZ4ZQ0V7M3T9H2K5W8XACC\t2026-03-02T08:07:00.000Z\tSupport\tone two three [31mred\t1240\t${'r'.repeat(300)}`,
    ])
  })
})
