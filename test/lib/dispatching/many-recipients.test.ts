import { describe, expect, it } from 'vitest'
import { dispatchMessage } from '../../../lib/dispatching/dispatch-message.ts'
import type { QueueDirectory } from '../../../lib/dispatching/queue-directory.ts'
import { readMessageHeader } from '../../../lib/messages/header/read-message-header.ts'
import { headerBlockLimit } from '../../../lib/messages/message-header.ts'

const support = { queueId: 'q-support', name: 'Support' }

/** Contains one system address, and counts the addresses of each read. */
const dispatch = async (...lines: string[]) => {
  const reads: number[] = []
  const directory: QueueDirectory = {
    queueById: async () => undefined,
    queueByName: async () => undefined,
    queuesByAddress: async (addresses) => {
      reads.push(addresses.length)
      return new Map(addresses.filter((one) => one === 'support@example.com').map((one) => [one, support]))
    },
    defaultQueue: async () => ({ queueId: 'raw', name: 'Raw' }),
  }
  const header = readMessageHeader(Buffer.from(`${lines.join('\r\n')}\r\n\r\n`), 'X-OTOBO-')
  const account = { trusted: false, dispatching: { by: 'to-field' } } as const
  const { queueName, reason } = await dispatchMessage({ account, header, prefix: 'X-OTOBO-' }, directory)
  return { queueName, reads, ...reason }
}

const people = (count: number, from = 0) => Array.from({ length: count }, (_, n) => `r${from + n}@x.example`)
const inFieldsOf = (name: string, addresses: readonly string[], size = 1_000, separator = ',\r\n '): string[] =>
  Array.from(
    { length: Math.ceil(addresses.length / size) },
    (_, n) => `${name}: ${addresses.slice(n * size, (n + 1) * size).join(separator)}`,
  )

describe('dispatching a message with many recipients', () => {
  it.each([501, 1_000, 2_000, 4_000])('the last of %i recipients in To can determine the queue', async (count) => {
    const found = await dispatch(...inFieldsOf('To', [...people(count - 1), 'support@example.com']))
    expect(found).toMatchObject({
      queueName: 'Support',
      code: 'recipient',
      detail: 'To: support@example.com is the system address of queue Support.',
    })
    expect(found.reads).toHaveLength(Math.ceil(count / 100))
  })

  it('the last of 2,000 recipients in one field of 80 KB can determine the queue', async () => {
    const long = people(1_999).map((address) => `${'a'.repeat(30)}${address}`)
    const lines = inFieldsOf('To', [...long, 'support@example.com'], 2_000)
    expect(await dispatch(...lines)).toMatchObject({ queueName: 'Support', code: 'recipient' })
  })

  it('the last of many recipients with long addresses can determine the queue', async () => {
    const long = Array.from({ length: 1_000 }, (_, n) => `${'a'.repeat(100)}${n}@${'b'.repeat(60)}.example`)
    const lines = [...inFieldsOf('To', long, 200), 'To: support@example.com']
    expect(await dispatch(...lines)).toMatchObject({ queueName: 'Support', code: 'recipient' })
  })

  it.each([
    ['To', 'Cc'],
    ['Resent-To', 'To'],
    ['Cc', 'X-Original-To'],
    ['Envelope-To', 'Delivered-To'],
  ])('a system address is found if %s is at its limit and %s contains the address', async (full, later) => {
    const lines = [...inFieldsOf(full, people(4_500)), `${later}: support@example.com`]
    expect(await dispatch(...lines)).toMatchObject({
      queueName: 'Support',
      detail: `${later}: support@example.com is the system address of queue Support.`,
    })
  })

  it.each([
    [['To'], 40],
    [['Resent-To', 'Envelope-To', 'To', 'Cc', 'Delivered-To', 'X-Original-To'], 240],
  ])('a header block full of tiny addresses in %j costs a limited number of reads', async (names, most) => {
    const perHeader = Math.floor(40_000 / names.length)
    const lines = names.flatMap((name, index) => {
      const tiny = Array.from({ length: perHeader }, (_, n) => `${(index * perHeader + n).toString(36)}@b`)
      return inFieldsOf(name, tiny, 2_000, ',')
    })
    const { reads, code, detail } = await dispatch(...lines)
    expect(code).toBe('default-queue')
    expect(detail).toContain('further recipients were not looked up')
    expect(reads).toHaveLength(most)
    expect(Math.max(...reads)).toBe(100)
  })
})

describe('the reason for the default queue', () => {
  it.each([
    [1, 'looked up: r0@x.example'],
    [2, 'looked up: r0@x.example and r1@x.example'],
    [3, 'looked up: r0@x.example, r1@x.example and r2@x.example'],
    [4, 'looked up: r0@x.example, r1@x.example, r2@x.example and 1 more'],
    [2_000, 'looked up: r0@x.example, r1@x.example, r2@x.example and 1,997 more'],
  ])('the reason for the default queue lists what was looked up: %i recipients', async (count, list) => {
    expect(await dispatch(...inFieldsOf('To', people(count)))).toMatchObject({
      code: 'default-queue',
      detail: `No recipient is a system address (${list}), so the message went into the default queue Raw.`,
    })
  })

  it('the reason for the default queue counts an address only once if several headers contain it', async () => {
    const { detail } = await dispatch('To: a@x.example, b@x.example', 'Cc: A@x.example', 'Delivered-To: b@x.example')
    expect(detail).toContain('(looked up: a@x.example and b@x.example)')
  })

  it('the reason for the default queue says that recipients above the limit were not looked up', async () => {
    const { detail } = await dispatch(...inFieldsOf('To', people(4_001)), 'Cc: c@x.example')
    expect(detail).toBe(
      'No recipient that was looked up is a system address (r0@x.example, r1@x.example, r2@x.example and 3,998 more), ' +
        'and further recipients were not looked up, so the message went into the default queue Raw.',
    )
  })

  it.each([
    [
      'To: a@x.example',
      'No recipient that was looked up is a system address (a@x.example), and the rest of the long header was not read',
    ],
    ['Subject: a', 'The part of the long header that was read does not list any recipients'],
  ])('the reason for the default queue says that part of a long header was not read: %s', async (line, because) => {
    const { detail } = await dispatch(line, ...Array(headerBlockLimit / 16).fill('X-Filler: abcdef'), 'To: b@x.example')
    expect(detail).toBe(`${because}, so the message went into the default queue Raw.`)
  })

  it('the reason for the default queue is short and printable whatever the addresses are', async () => {
    const odd = ['語', '\u202e', '\u0007', '\u2028'].map((letter, n) => `${letter}${'é'.repeat(200)}${n}@x.example`)
    const { detail } = await dispatch(`To: ${odd.join(', ')}`)
    expect(Buffer.byteLength(detail)).toBeLessThan(1_000)
    expect(detail).not.toMatch(/[\p{Cc}\p{Zl}\u202e]/u)
    expect(detail).toContain('…')
  })
})
