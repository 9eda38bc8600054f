import { describe, expect, test } from 'vitest'
import type { ShownDelivery } from '../../../lib/handover/viewing/shown-delivery.ts'
import { type Answer, scriptedApi } from '../scripted-api.ts'

const messageId = '5f0c7d3a91b84e26a7f1d09be3c852647d1f6a0b9c3e58d2471fa6b0c9e3d582'
const destinationId = '01JNBZ4ZQ0V7M3T9H2K5W8XDST'
const deliveryId = `${destinationId}.${messageId}`

const delivery = (more: Partial<ShownDelivery> = {}): ShownDelivery => ({
  kind: 'delivery',
  deliveryId,
  destinationId,
  messageId,
  state: 'delivered',
  plannedAt: '2026-03-02T08:10:06.000Z',
  changedAt: '2026-03-02T08:10:09.000Z',
  attemptCount: 0,
  attempts: [],
  destinationName: 'OTOBO',
  queueName: 'Support',
  from: 'Jane Doe <jane@example.org>',
  subject: 'The printer is on fire',
  ...more,
})
const quarantined = delivery({
  state: 'quarantined',
  reason: {
    code: 'gave-up',
    detail: `The command ended with code 75. ${'It said that it has no disk space left. '.repeat(3)}`,
    remedy: 'Check whether the ticket system is running.',
  },
  possiblyDoubled: true,
  attempts: [
    {
      at: '2026-03-02T08:10:07.000Z',
      milliseconds: 812,
      result: 'temporary',
      code: 'exit-75',
      detail: 'The command ended with code 75.',
      bytes: 15_360,
    },
  ],
})
const destinations: Answer = { body: { items: [{ destinationId, name: 'OTOBO' }] } }

describe('postmaster deliveries list', () => {
  test('deliveries list fits 100 columns and shows tickets, next attempts, reasons and ids', async () => {
    const waiting = delivery({
      state: 'waiting',
      nextAttemptAt: '2026-03-02T08:15:09.000Z',
      destinationName: 'A destination with a long name',
      subject: 'A subject that is much …onger than the column for it',
    })
    const items = [delivery({ remote: { ticket: '2026030210000017' } }), waiting, quarantined]
    await using api = await scriptedApi(() => ({ body: { items } }))
    const { out } = await api.cli('deliveries', 'list')
    expect(out).toBe(`\
PLANNED           DESTINATION       STATE        RESULT                   SUBJECT
2026-03-02 08:10  OTOBO             delivered    ticket 2026030210000017  The printer is on fire
  ${deliveryId}
2026-03-02 08:10  A destination w…  waiting      next 2026-03-02 08:15    A subject that is much …
  ${deliveryId}
2026-03-02 08:10  OTOBO             quarantined                           The printer is on fire
  The command ended with code 75. It said that it has no disk space left. It said that it has no di…
  ${deliveryId}
`)
    expect(Math.max(...out.split('\n').map(({ length }) => length))).toBeLessThanOrEqual(100)
  })

  test('deliveries list looks up the destination by its name and sends all filters', async () => {
    await using api = await scriptedApi(({ path }) =>
      path.startsWith('/destinations') ? destinations : { body: { items: [] } },
    )
    const { out } = await api.cli(
      'deliveries',
      'list',
      '--destination',
      'otobo',
      '--state',
      'waiting',
      '--from',
      '2026-03-02',
    )
    expect(out).toBe('No deliveries match.\n')
    expect(api.asked.at(-1)?.path).toBe(
      `/deliveries?limit=50&destinationId=${destinationId}&state=waiting&from=2026-03-02`,
    )
    await api.cli('deliveries', 'list', '--ticket', '2026 17')
    expect(api.asked.at(-1)?.path).toBe('/deliveries?limit=50&ticket=2026+17')
  })

  test('deliveries list names the existing destinations if there is no such destination', async () => {
    await using api = await scriptedApi(() => destinations)
    const { err, code } = await api.cli('deliveries', 'list', '--destination', 'Zammad')
    expect(err).toContain('There is no destination `Zammad`. Existing destinations: OTOBO.')
    expect(code).toBe(2)
  })
})

describe('postmaster deliveries show', () => {
  test('deliveries show prints the reason, the remedy and every attempt', async () => {
    await using api = await scriptedApi(() => ({ body: quarantined }))
    const { out } = await api.cli('deliveries', 'show', deliveryId)
    expect(api.asked[0]?.path).toBe(`/deliveries/${deliveryId}`)
    expect(out).toBe(`\
Destination  OTOBO
State        quarantined since 2026-03-02T08:10:09.000Z
Planned      2026-03-02T08:10:06.000Z
Queue        Support
From         Jane Doe <jane@example.org>
Subject      The printer is on fire
Message      ${messageId}

${quarantined.reason?.detail.trim()}
  Check whether the ticket system is running.

The receiver may have received this message twice.

ATTEMPT                   RESULT     CODE     SECONDS  BYTES
2026-03-02T08:10:07.000Z  temporary  exit-75  0.8      15360
  The command ended with code 75.
`)
  })

  test('deliveries show prints the ticket and its address', async () => {
    const remote = { ticket: '17', url: 'https://desk.example.com/17', result: 'new ticket' }
    await using api = await scriptedApi(() => ({ body: delivery({ remote }) }))
    const { out } = await api.cli('deliveries', 'show', deliveryId)
    expect(out).toContain('Ticket       17\nAddress      https://desk.example.com/17\nAnswer       new ticket\n')
  })
})

describe('commands that change deliveries', () => {
  const changing = async (...args: string[]) => {
    await using api = await scriptedApi(({ path }) =>
      path.startsWith('/destinations') ? destinations : { body: delivery({ state: 'pending' }) },
    )
    const { out, err, code } = await api.cli('deliveries', ...args)
    const posted = api.asked.filter(({ method }) => method === 'POST').map(({ path, body }) => [path, body])
    return { out, err, code, posted }
  }

  test.each(['retry', 'handle', 'replay'])('deliveries %s changes every given delivery', async (action) => {
    expect(await changing(action, deliveryId, deliveryId)).toMatchObject({
      out: 'The delivery to OTOBO is pending.\n'.repeat(2),
      posted: [
        [`/deliveries/${deliveryId}/${action}`, {}],
        [`/deliveries/${deliveryId}/${action}`, {}],
      ],
    })
  })

  test('deliveries handle sends the note', async () => {
    expect((await changing('handle', deliveryId, '--note', 'answered by phone')).posted).toEqual([
      [`/deliveries/${deliveryId}/handle`, { note: 'answered by phone' }],
    ])
  })

  test('deliveries redirect and replay find the other destination by its name', async () => {
    expect((await changing('redirect', deliveryId, '--to', 'OTOBO')).posted).toEqual([
      [`/deliveries/${deliveryId}/redirect`, { destinationId }],
    ])
    expect((await changing('replay', messageId, '--to', 'OTOBO')).posted).toEqual([
      [`/messages/${messageId}/replay`, { destinationId }],
    ])
  })

  test('deliveries replay explains which id it needs', async () => {
    expect(await changing('replay', messageId)).toMatchObject({
      err: expect.stringContaining('Choose one with --to, or specify the id of a delivery.'),
      code: 2,
      posted: [],
    })
    expect(await changing('replay', deliveryId, '--to', 'OTOBO')).toMatchObject({
      err: expect.stringContaining(
        'Specify the id of the message, which is the part of the delivery id after the dot.',
      ),
      code: 2,
    })
  })
})
