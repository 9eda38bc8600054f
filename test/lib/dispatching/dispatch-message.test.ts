import { describe, expect, it } from 'vitest'
import { type DispatchQuestion, dispatchMessage } from '../../../lib/dispatching/dispatch-message.ts'
import type { QueueDirectory } from '../../../lib/dispatching/queue-directory.ts'
import { readMessageHeader } from '../../../lib/messages/header/read-message-header.ts'

const support = { queueId: 'q-support', name: 'Support' }
const sales = { queueId: 'q-sales', name: 'Sales' }
const vip = { queueId: 'q-vip', name: 'VIP' }
const raw = { queueId: 'raw', name: 'Raw' }

/** Contains only valid queues and addresses, like every directory. */
const directory = (asked: string[][] = []): QueueDirectory => ({
  queueById: async (queueId) => [support, sales, vip].find((queue) => queue.queueId === queueId),
  queueByName: async (name) => [support, sales, vip].find((queue) => queue.name.toLowerCase() === name.toLowerCase()),
  queuesByAddress: async (addresses) => {
    asked.push([...addresses])
    const known = new Map([
      ['support@example.com', support],
      ['sales@example.com', sales],
    ])
    return new Map([...known].filter(([address]) => addresses.includes(address)))
  },
  defaultQueue: async () => raw,
})

const headerOf = (...lines: string[]) => readMessageHeader(Buffer.from(`${lines.join('\r\n')}\r\n\r\n`), 'X-OTOBO-')

const byRecipient = { trusted: false, dispatching: { by: 'to-field' } } as const
const bySupport = { trusted: false, dispatching: { by: 'queue', queueId: 'q-support' } } as const
const trusted = { trusted: true, dispatching: { by: 'to-field' } } as const

const dispatch = (account: DispatchQuestion['account'], ...lines: string[]) =>
  dispatchMessage({ account, header: headerOf(...lines), prefix: 'X-OTOBO-' }, directory())

describe('dispatching by the account’s queue', () => {
  it('dispatching by queue sends every message to the account’s queue, whatever its recipients', async () => {
    expect(await dispatch(bySupport, 'To: sales@example.com')).toEqual({
      queueId: 'q-support',
      queueName: 'Support',
      reason: { code: 'account-queue', detail: 'The account sends every message to queue Support.' },
      control: {},
      ignoredControl: [],
      ignore: false,
    })
  })

  it('dispatching by queue uses the default queue if the account’s queue is not valid, even if a recipient matches', async () => {
    const account = { trusted: false, dispatching: { by: 'queue', queueId: 'gone' } } as const
    expect(await dispatch(account, 'To: sales@example.com')).toMatchObject({
      queueId: 'raw',
      reason: {
        code: 'account-queue-invalid',
        detail: "The account's queue does not exist or is not valid, so the message went into the default queue Raw.",
      },
    })
  })

  it('dispatching by queue accepts a message whose header cannot be read', async () => {
    const decision = await dispatchMessage({ account: bySupport, header: undefined, prefix: 'X-OTOBO-' }, directory())
    expect(decision).toMatchObject({
      queueId: 'q-support',
      reason: {
        code: 'unparsed',
        detail: 'The header could not be read. The account sends every message to queue Support.',
      },
      ignore: false,
    })
  })
})

describe('dispatching by recipient', () => {
  it.each([
    [
      'To',
      ['To: Desk <SUPPORT@example.com>'],
      'q-support',
      'To: support@example.com is the system address of queue Support.',
    ],
    [
      'a Cc address if the To address does not match',
      ['To: x@example.org', 'Cc: sales@example.com'],
      'q-sales',
      'Cc: sales@example.com is the system address of queue Sales.',
    ],
    [
      'To before Cc',
      ['Cc: sales@example.com', 'To: support@example.com'],
      'q-support',
      'To: support@example.com is the system address of queue Support.',
    ],
    [
      'Resent-To before To',
      ['To: support@example.com', 'Resent-To: sales@example.com'],
      'q-sales',
      'Resent-To: sales@example.com is the system address of queue Sales.',
    ],
    [
      'Envelope-To before To',
      ['To: support@example.com', 'Envelope-To: <sales@example.com>'],
      'q-sales',
      'Envelope-To: sales@example.com is the system address of queue Sales.',
    ],
    [
      'Delivered-To before X-Original-To',
      ['X-Original-To: support@example.com', 'Delivered-To: sales@example.com'],
      'q-sales',
      'Delivered-To: sales@example.com is the system address of queue Sales.',
    ],
    [
      'an X-Original-To address as the last resort',
      ['To: x@example.org', 'X-Original-To: sales@example.com'],
      'q-sales',
      'X-Original-To: sales@example.com is the system address of queue Sales.',
    ],
    [
      'the first of several system addresses',
      ['To: x@example.org, sales@example.com, support@example.com'],
      'q-sales',
      'To: sales@example.com is the system address of queue Sales.',
    ],
  ])('dispatching by recipient matches %s', async (_name, lines, queueId, detail) => {
    expect(await dispatch(byRecipient, ...lines)).toMatchObject({ queueId, reason: { code: 'recipient', detail } })
  })

  it.each([
    [
      'no recipient matches',
      ['To: x@example.org'],
      'No recipient is a system address (looked up: x@example.org), so the message went into the default queue Raw.',
    ],
    [
      'there is no recipient',
      ['Subject: a', 'Bcc: support@example.com'],
      'The message does not list any recipients, so the message went into the default queue Raw.',
    ],
    [
      'an encoded name contains an address',
      ['To: =?utf-8?Q?a=2C_support=40example.com=2C?= <x@example.org>'],
      'No recipient is a system address (looked up: x@example.org), so the message went into the default queue Raw.',
    ],
  ])('dispatching by recipient uses the default queue when %s', async (_name, lines, detail) => {
    expect(await dispatch(byRecipient, ...lines)).toMatchObject({
      queueId: 'raw',
      reason: { code: 'default-queue', detail },
    })
  })

  it('dispatching by recipient uses the default queue for a message whose header cannot be read', async () => {
    const decision = await dispatchMessage({ account: byRecipient, header: undefined, prefix: 'X-OTOBO-' }, directory())
    expect(decision).toMatchObject({
      queueId: 'raw',
      reason: {
        code: 'unparsed',
        detail: 'The header could not be read, so the message went into the default queue Raw.',
      },
    })
  })

  it('dispatching by recipient looks up a hundred addresses at a time and stops at the first match', async () => {
    const asked: string[][] = []
    const to = [
      ...Array.from({ length: 150 }, (_, n) => `r${n}@x.example`),
      'support@example.com',
      ...Array(200).fill('r0@x.example'),
    ]
    const header = headerOf(`To: ${to.join(',')}`, 'Cc: late@x.example')
    const decision = await dispatchMessage({ account: byRecipient, header, prefix: 'X-OTOBO-' }, directory(asked))
    expect(decision.queueId).toBe('q-support')
    expect(asked.map(({ length }) => length)).toEqual([100, 52])
  })
})

describe('control headers of a trusted account', () => {
  it('X-OTOBO-Queue of a trusted account overrides both dispatching modes', async () => {
    for (const account of [trusted, { ...bySupport, trusted: true }]) {
      expect(await dispatch(account, 'To: sales@example.com', 'X-OTOBO-Queue: vip', 'X-OTOBO-Priority: 5')).toEqual({
        queueId: 'q-vip',
        queueName: 'VIP',
        reason: { code: 'control-header', detail: 'The trusted header X-OTOBO-Queue specifies the queue VIP.' },
        control: { queue: 'vip', priority: '5' },
        ignoredControl: [],
        ignore: false,
      })
    }
  })

  it('X-OTOBO-Queue of a trusted account overrides an account queue that is not valid', async () => {
    const account = { trusted: true, dispatching: { by: 'queue', queueId: 'gone' } } as const
    expect(await dispatch(account, 'X-OTOBO-Queue: VIP')).toMatchObject({ queueId: 'q-vip' })
  })

  it('X-OTOBO-Queue is ignored, with a reason, if the queue does not exist or is not valid', async () => {
    expect(await dispatch(trusted, 'To: sales@example.com', 'X-OTOBO-Queue: Nowhere')).toMatchObject({
      queueId: 'q-sales',
      reason: { code: 'recipient' },
      control: {},
      ignoredControl: [{ name: 'x-otobo-queue', why: 'There is no valid queue named "Nowhere".' }],
    })
    expect(await dispatch(trusted, 'X-OTOBO-Queue:')).toMatchObject({
      queueId: 'raw',
      ignoredControl: [{ name: 'x-otobo-queue', why: 'There is no valid queue named "".' }],
    })
  })

  it.each(['yes', 'YES', 'true', ' True '])(
    'a trusted message is ignored on request: X-OTOBO-Ignore: %s',
    async (value) => {
      expect(await dispatch(trusted, 'To: sales@example.com', `X-OTOBO-Ignore: ${value}`)).toMatchObject({
        queueId: 'q-sales',
        ignore: true,
      })
    },
  )

  it.each(['no', 'false', '', '1', 'yes please'])(
    'a trusted message is not ignored with X-OTOBO-Ignore: "%s"',
    async (value) => {
      expect((await dispatch(trusted, `X-OTOBO-Ignore: ${value}`)).ignore).toBe(false)
    },
  )

  it('the first of repeated control headers counts', async () => {
    expect(await dispatch(trusted, 'X-OTOBO-Queue: VIP', 'x-otobo-queue: Sales')).toMatchObject({
      queueId: 'q-vip',
      control: { queue: 'VIP' },
      ignoredControl: [
        { name: 'x-otobo-queue', why: 'The header occurs more than once in the message. The first one counts.' },
      ],
    })
  })

  it('disguised control headers are never honoured, because the relay that vouched for the message may not have seen them', async () => {
    expect(await dispatch(trusted, 'Subject: a', '\0X-OTOBO-Queue: VIP')).toMatchObject({
      queueId: 'raw',
      control: {},
      ignoredControl: [{ name: 'x-otobo-queue', why: 'Only some mail readers would recognise the way it is written.' }],
    })
  })

  it('control headers with malformed names are not passed on', async () => {
    const decision = await dispatch(trusted, 'X-OTOBO-__proto__: a', 'X-OTOBO-: b', 'X-OTOBO-constructor: c')
    expect(decision.control).toEqual({ constructor: 'c' })
    expect(decision.ignoredControl.map(({ name }) => name)).toEqual(['x-otobo-__proto__', 'x-otobo-'])
  })

  it('control headers are recognised by the configured prefix', async () => {
    const header = readMessageHeader(Buffer.from('X-Desk-Queue: VIP\r\n\r\n'), 'X-Desk-')
    const decision = await dispatchMessage({ account: trusted, header, prefix: 'X-Desk-' }, directory())
    expect(decision).toMatchObject({
      queueId: 'q-vip',
      reason: { detail: 'The trusted header X-Desk-Queue specifies the queue VIP.' },
      control: { queue: 'VIP' },
    })
  })
})

describe('control headers of an account that is not trusted', () => {
  it('control headers of an untrusted account are not honoured, and each is listed once', async () => {
    const lines = ['To: sales@example.com', 'X-OTOBO-Queue: VIP', 'X-OTOBO-Ignore: yes', 'X-OTOBO-Queue: VIP']
    expect(await dispatch(byRecipient, ...lines)).toEqual({
      queueId: 'q-sales',
      queueName: 'Sales',
      reason: { code: 'recipient', detail: 'To: sales@example.com is the system address of queue Sales.' },
      control: {},
      ignoredControl: [
        { name: 'x-otobo-queue', why: 'The account is not trusted.' },
        { name: 'x-otobo-ignore', why: 'The account is not trusted.' },
      ],
      ignore: false,
    })
  })

  it.each([
    ['after a bare LF', 'Subject: a\nX-OTOBO-Queue: VIP'],
    ['after a bare CR', 'Subject: a\rX-OTOBO-Queue: VIP'],
    ['folded', 'X-OTOBO-Queue:\r\n VIP'],
    ['after NULs', '\0\0X-OTOBO-Queue: VIP'],
  ])('an untrusted sender cannot hide a control header: %s', async (_name, line) => {
    const decision = await dispatch(byRecipient, line)
    expect(decision).toMatchObject({ queueId: 'raw', control: {} })
    expect(decision.ignoredControl).toEqual([{ name: 'x-otobo-queue', why: 'The account is not trusted.' }])
  })
})

it('the Loop header of an untrusted sender is not honoured, but it is a sign of automatic mail', async () => {
  const decision = await dispatch(byRecipient, 'X-OTOBO-Loop: yes')
  expect(decision.ignoredControl).toEqual([
    {
      name: 'x-otobo-loop',
      why: 'The account is not trusted, so the header counts only as a sign of automatic mail.',
    },
  ])
  expect(decision.automatic?.kind).toBe('notification')
})

it('an error of the queue directory is passed on', async () => {
  const failing = { ...directory(), queuesByAddress: () => Promise.reject(new Error('table unreachable')) }
  const question = { account: byRecipient, header: headerOf('To: a@x.example'), prefix: 'X-OTOBO-' }
  await expect(dispatchMessage(question, failing)).rejects.toThrow('table unreachable')
})
