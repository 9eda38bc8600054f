import { describe, expect, test } from 'vitest'
import type { ShownDelivery } from '../../../lib/handover/viewing/shown-delivery.ts'
import { spawnCli } from '../run-cli.ts'
import { type Answer, type Asked, scriptedApi } from '../scripted-api.ts'

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
      subject: 'A subject that is much longer than the column for it',
    })
    const items = [delivery({ remote: { ticket: '2026030210000017' } }), waiting, quarantined]
    await using api = await scriptedApi(() => ({ body: { items } }))
    const { out } = await api.terminal(100, 'deliveries', 'list')
    expect(out).toBe(`\
ID            PLANNED     DESTINATION     STATE        NEXT TRY    TICKET            SUBJECT
5f0c7d3a91b8  2026-03-02  OTOBO           delivered                2026030210000017  The printer is…
5f0c7d3a91b8  2026-03-02  A destination…  waiting      2026-03-02                    A subject that…
5f0c7d3a91b8  2026-03-02  OTOBO           quarantined                                The printer is…
  The command ended with code 75. It said that it has no disk space left. It said that it has no di…
`)
    expect(Math.max(...out.split('\n').map(({ length }) => length))).toBeLessThanOrEqual(100)
  })

  test('deliveries list looks up the destination by its name and sends all filters', async () => {
    await using api = await scriptedApi(({ path }) =>
      path.startsWith('/destinations') ? destinations : { body: { items: [] } },
    )
    const { out, err } = await api.cli(
      'deliveries',
      'list',
      '--destination',
      'otobo',
      '--state',
      'waiting',
      '--from',
      '2026-03-02',
    )
    expect([out, err]).toEqual(['', 'No deliveries match.\n'])
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
    const { out } = await api.terminal(100, 'deliveries', 'show', deliveryId)
    expect(api.asked[0]?.path).toBe(`/deliveries/${deliveryId}`)
    expect(out).toBe(`\
Destination  OTOBO
State        quarantined since 2026-03-02T08:10:09.000Z
Reason       The command ended with code 75. It said that it has no disk space left. It said that it
             has no disk space left. It said that it has no disk space left.
What to do   Check whether the ticket system is running.
Warning      The receiver may have received this message twice.
Planned      2026-03-02T08:10:06.000Z
Queue        Support
From         Jane Doe <jane@example.org>
Subject      The printer is on fire
Message      ${messageId}

ATTEMPT                   RESULT     CODE     SECONDS  BYTES
2026-03-02T08:10:07.000Z  temporary  exit-75      0.8  15360
  The command ended with code 75.
`)
  })

  test('deliveries show prints the ticket and its address', async () => {
    const remote = { ticket: '17', url: 'https://desk.example.com/17', result: 'new ticket' }
    await using api = await scriptedApi(() => ({ body: delivery({ remote }) }))
    const { out } = await api.cli('deliveries', 'show', deliveryId)
    expect(out).toContain('Ticket\t17\nAddress\thttps://desk.example.com/17\nAnswer\tnew ticket\n')
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

  test('deliveries redirect finds the other destination by its name', async () => {
    expect((await changing('redirect', deliveryId, '--to', 'OTOBO')).posted).toEqual([
      [`/deliveries/${deliveryId}/redirect`, { destinationId }],
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

describe('commands that change many deliveries', () => {
  const idOf = (number: number) => number.toString(16).padStart(64, '0')
  const many = Array.from({ length: 60 }, (_, number) => delivery({ deliveryId: `${destinationId}.${idOf(number)}` }))
  const refused: Answer = { status: 409, body: { title: 'It has ended', detail: 'The delivery is handled.' } }
  const asking = async (args: readonly string[], answer: (asked: Asked) => Answer | undefined = () => undefined) => {
    await using api = await scriptedApi((asked) => {
      if (asked.path.startsWith('/destinations?')) return destinations
      if (asked.method === 'GET')
        return {
          body: {
            items: asked.path.includes('next=') ? many.slice(50) : many.slice(0, 50),
            ...(!asked.path.includes('next=') && { next: 'two' }),
          },
        }
      return answer(asked) ?? { body: delivery({ state: 'pending' }) }
    })
    const result = await api.cli('deliveries', ...args)
    return { ...result, posted: api.asked.filter(({ method }) => method === 'POST'), asked: api.asked }
  }

  test.each(['retry', 'handle'])(
    'deliveries %s changes all quarantined deliveries of a destination, oldest first',
    async (action) => {
      const { out, err, code, posted, asked } = await asking([
        action,
        '--destination',
        'otobo',
        '--state',
        'quarantined',
        '--yes',
      ])
      expect([out, err, code]).toEqual(['All 60 changes are done.\n', '25 of 60\n50 of 60\n', 0])
      expect(asked[1]?.path).toBe(`/deliveries?limit=100&destinationId=${destinationId}&state=quarantined`)
      expect(posted.map(({ path }) => path)).toEqual(
        many.toReversed().map(({ deliveryId: id }) => `/deliveries/${id}/${action}`),
      )
    },
  )

  test('deliveries retry needs --yes without a terminal, and changes nothing without it', async () => {
    const { code, err, posted } = await asking(['retry', '--destination', 'OTOBO', '--state', 'quarantined'])
    expect([code, posted]).toEqual([2, []])
    expect(err).toContain('Pass --yes')
  })

  test.each([[[]], [['--destination', 'OTOBO']], [['--state', 'waiting']], [[deliveryId, '--destination', 'OTOBO']]])(
    'deliveries retry refuses %j, because it needs either ids or a selection',
    async (args) => {
      const { code, err } = await asking(['retry', ...args])
      expect(code).toBe(2)
      expect(err).toContain('either ids of deliveries, or --destination and --state')
    },
  )

  test('deliveries handle continues after a delivery that the API refuses, and ends with a failure', async () => {
    const args = ['handle', '--destination', 'OTOBO', '--state', 'quarantined', '--yes']
    const { code, err, posted } = await asking(args, ({ path }) => (path.includes(idOf(7)) ? refused : undefined))
    expect([code, posted.length]).toEqual([1, 60])
    expect(err).toContain(`${idOf(7)}: It has ended. The delivery is handled.\n`)
    expect(err).toContain('1 of 60 changes failed.')
  })

  test('deliveries retry waits if the API throttles it', async () => {
    let throttles = 1
    const { code, posted } = await asking(['retry', deliveryId], () =>
      throttles-- > 0 ? { status: 429, body: { message: 'Too Many Requests' } } : undefined,
    )
    expect([code, posted.length]).toEqual([0, 2])
  })

  test('deliveries replay sends messages in parts, and sends those again that were not tried in time', async () => {
    const ids = Array.from({ length: 30 }, (_, number) => idOf(number))
    let requests = 0
    const { code, out, err, posted } = await asking(['replay', ...ids, '--to', 'OTOBO'], ({ body }) => {
      requests += 1
      const { messageIds } = body as { messageIds: string[] }
      const problem = (name: string) => ({
        problem: { code: name, detail: 'The delivery is pending.', remedy: 'Wait.' },
      })
      return {
        body: {
          items: messageIds.map((id, index) => ({
            messageId: id,
            ...(requests === 1 && index === 24
              ? problem('not-tried')
              : id === idOf(3)
                ? problem('delivery-open')
                : { delivery: delivery({ state: 'pending' }) }),
          })),
        },
      }
    })
    expect([code, out]).toEqual([0, 'All 30 changes are done.\n'])
    expect(err).toBe(`${idOf(3)}: The delivery is pending.\n25 of 30\n`)
    expect(posted.map(({ path, body }) => [path, (body as { messageIds: string[] }).messageIds])).toEqual([
      [`/destinations/${destinationId}/replay`, ids.slice(0, 25)],
      [`/destinations/${destinationId}/replay`, [...ids.slice(25), idOf(24)]],
    ])
  })

  test('deliveries replay fails if a message was not handed over, and names it', async () => {
    const problem = { code: 'not-found', detail: 'There is no message with this id.', remedy: 'List them.' }
    const { code, err } = await asking(['replay', messageId, '--to', 'OTOBO'], () => ({
      body: { items: [{ messageId, problem }] },
    }))
    expect(code).toBe(1)
    expect(err).toContain(`${messageId}: There is no message with this id.`)
  })

  test('deliveries replay reads ids from standard input', async () => {
    const posted: unknown[] = []
    await using api = await scriptedApi(({ method, body }) => {
      if (method === 'GET') return destinations
      posted.push(body)
      return { body: { items: [{ messageId, delivery: delivery({ state: 'pending' }) }] } }
    })
    const connection = ['--url', api.url, '--token-file', api.tokenFile]
    const input = `${messageId}\n${idOf(1)}\r\n\n${messageId}\n`
    const { out } = await spawnCli([...connection, 'deliveries', 'replay', '--to', 'OTOBO', '-'], { input })
    expect(posted).toEqual([{ messageIds: [messageId, idOf(1)] }])
    expect(out).toBe('The delivery to OTOBO is pending.\n')
    const empty = await spawnCli([...connection, 'deliveries', 'replay', '--to', 'OTOBO', '-'], { input: '\n' })
    expect(empty).toMatchObject({ code: 2, err: expect.stringContaining('Standard input contains no ids.') })
  })
})
