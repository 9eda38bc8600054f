import { describe, expect, it } from 'vitest'
import { type DispatchQuestion, dispatchMessage } from '../../../lib/dispatching/dispatch-message.ts'
import type { QueueDirectory } from '../../../lib/dispatching/queue-directory.ts'
import { readMessageHeader } from '../../../lib/messages/header/read-message-header.ts'

const support = { queueId: 'q-support', name: 'Support' }
const ours = ['support@example.com', 'sales@example.com']
const directory = (asked: string[][] = []): QueueDirectory => ({
  queueById: async () => support,
  queueByName: async () => undefined,
  queuesByAddress: async (addresses) => {
    asked.push([...addresses])
    return new Map(addresses.filter((address) => ours.includes(address)).map((address) => [address, support]))
  },
  defaultQueue: async () => support,
})
const byRecipient = { trusted: false, dispatching: { by: 'to-field' } } as const
const byQueue = { trusted: false, dispatching: { by: 'queue', queueId: 'q-support' } } as const

const decide = async (account: DispatchQuestion['account'], lines: string[], asked?: string[][]) => {
  const header = readMessageHeader(Buffer.from(`${lines.join('\r\n')}\r\n\r\n`), 'X-OTOBO-')
  return (await dispatchMessage({ account, header, prefix: 'X-OTOBO-' }, directory(asked))).automatic
}

describe.each([
  ['recipient', byRecipient],
  ['queue', byQueue],
] as const)('our own mail in an account that dispatches by %s', (_by, account) => {
  it.each([
    ['a system address', ['From: Desk <Support@Example.com>']],
    [
      'a system address among several authors',
      ['From: jane@example.org, sales@example.com', 'Sender: jane@example.org'],
    ],
    [
      'a system address with system addresses in Reply-To',
      ['From: support@example.com', 'Reply-To: Sales@example.com'],
    ],
  ])('mail from %s is our own', async (_name, lines) => {
    const automatic = await decide(account, [...lines, 'To: support@example.com'])
    expect(automatic).toMatchObject({
      kind: 'own',
      signs: [{ sign: 'own-sender', header: 'from', strength: 'strong' }],
    })
  })

  it.each([
    ['a web form', ['From: support@example.com', 'Reply-To: jane@example.org'], 'from'],
    ['a relay', ['From: jane@example.org', 'Sender: support@example.com'], 'sender'],
  ])('a person’s mail through %s has only a weak sign', async (_name, lines, header) => {
    expect(await decide(account, lines)).toEqual({
      signs: [{ sign: 'own-relay', header, value: 'support@example.com', strength: 'weak' }],
    })
  })

  it.each([
    ['from a stranger', ['From: jane@example.org', 'Reply-To: support@example.com']],
    ['with a system address as the sender’s name', ['From: "support@example.com" <jane@example.org>']],
    ['without a sender', ['To: support@example.com']],
    ['with an empty sender', ['From:']],
  ])('mail %s is not our own', async (_name, lines) => {
    expect(await decide(account, lines)).toBeUndefined()
  })

  it('the sign of our own mail comes before other signs', async () => {
    const automatic = await decide(account, [
      'Precedence: bulk',
      'Auto-Submitted: auto-replied',
      'From: sales@example.com',
    ])
    expect(automatic?.kind).toBe('own')
    expect(automatic?.signs.map(({ sign }) => sign)).toEqual(['own-sender', 'auto-replied', 'precedence'])
  })

  it('a weak sign of our own mail and another weak sign make a mail automatic', async () => {
    const lines = ['From: support@example.com', 'Reply-To: jane@example.org', 'X-Auto-Response-Suppress: All']
    expect((await decide(account, lines))?.kind).toBe('own')
  })
})

it('the number of senders that are looked up is limited', async () => {
  const asked: string[][] = []
  const many = Array.from({ length: 5_000 }, (_, n) => `a${n}@example.org`).join(', ')
  await decide(byQueue, [`From: ${many}`, `Sender: ${many}`, `Reply-To: ${many}`], asked)
  expect(asked).toHaveLength(1)
  expect(asked[0]).toHaveLength(15)
})

it('a message without a readable header is not automatic, and no sender is looked up', async () => {
  const asked: string[][] = []
  const decision = await dispatchMessage({ account: byQueue, header: undefined, prefix: 'X-OTOBO-' }, directory(asked))
  expect(decision).not.toHaveProperty('automatic')
  expect(asked).toEqual([])
})
