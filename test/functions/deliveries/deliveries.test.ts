import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startDeliveries } from '../../support/handover/deliveries-world.ts'
import { destinationOf } from '../../support/handover/destinations.ts'
import { readerClaims } from '../../support/http-event.ts'
import { messageOf } from '../../support/messages.ts'

const world = await startDeliveries()
const { plan, destinations, minutesAgo } = world
afterAll(world.stop)

const get = (path: string, query: Record<string, string> = {}) =>
  world.call('GET', path, { query, claims: readerClaims })
const listed = async (query: Record<string, string>): Promise<string[]> =>
  (await get('/deliveries', query)).body.items.map(
    ({ destinationName, destinationId, subject }: Record<string, string>) =>
      `${destinationName ?? destinationId}: ${subject}`,
  )

describe('deliveries', () => {
  beforeAll(async () => {
    await destinations.create(destinationOf({ destinationId: 'otobo', name: 'OTOBO' }))
    await destinations.create(destinationOf({ destinationId: 'zammad', name: 'Zammad' }))
    const reason = { code: 'exit-75', detail: 'The command ended with code 75.', remedy: 'Start the ticket system.' }
    await plan('one', 50, {
      otobo: { state: 'delivered', remote: { ticket: 'A-17', url: 'https://desk.example.com/17' } },
      zammad: { state: 'quarantined', reason },
    })
    await plan('two', 40, { otobo: { state: 'waiting', reason, nextAttemptAt: minutesAgo(-5) } })
    await plan('three', 30, { otobo: {}, gone: { state: 'handled', reason } })
  })

  test('the list has the deliveries of all destinations, newest first', async () => {
    expect(await listed({})).toEqual([
      'OTOBO: Subject of three',
      'OTOBO: Subject of two',
      expect.stringMatching(/^(OTOBO|Zammad): Subject of one$/),
      expect.stringMatching(/^(OTOBO|Zammad): Subject of one$/),
    ])
  })

  test.each<[string, Record<string, string>, string[]]>([
    ['by destination', { destinationId: 'zammad' }, ['Zammad: Subject of one']],
    ['by a deleted destination', { destinationId: 'gone' }, ['gone: Subject of three']],
    ['by an open state', { state: 'quarantined' }, ['Zammad: Subject of one']],
    ['by every open state', { state: 'open' }, ['OTOBO: Subject of three', 'OTOBO: Subject of two']],
    ['by an ended state', { state: 'delivered' }, ['OTOBO: Subject of one']],
    ['by state and destination', { state: 'waiting', destinationId: 'zammad' }, []],
    ['by time', { from: minutesAgo(45), to: minutesAgo(35) }, ['OTOBO: Subject of two']],
    ['by ticket', { ticket: ' a-17 ' }, ['OTOBO: Subject of one']],
    ['by an unknown ticket', { ticket: 'A-18' }, []],
    ['by message', { messageId: messageOf('one').messageId }, ['OTOBO: Subject of one', 'Zammad: Subject of one']],
    ['by an unknown message', { messageId: messageOf('never stored').messageId }, []],
  ])('the list %s contains only what the filters select', async (_, query, expected) => {
    expect(await listed(query)).toEqual(expected)
  })

  test('the pages of the list contain every delivery once', async () => {
    const seen: string[] = []
    let next: string | undefined
    do {
      const { body } = await get('/deliveries', { limit: '1', ...(next !== undefined && { next }) })
      seen.push(...body.items.map(({ deliveryId }: { deliveryId: string }) => deliveryId))
      next = body.next
    } while (next !== undefined)
    expect(new Set(seen).size).toBe(4)
    expect(seen.length).toBe(4)
  })

  test.each<[Record<string, string>, string[]]>([
    [{ ticket: '17', state: 'delivered' }, ['state']],
    [{ messageId: messageOf('one').messageId, ticket: '17', from: '2026-03-01' }, ['from', 'ticket']],
  ])('the list refuses the filters %o together', async (query, fields) => {
    const { status, body } = await get('/deliveries', query)
    expect(status).toBe(400)
    expect(body.errors.map(({ path }: { path: string }) => path).sort()).toEqual(fields)
  })

  test('a delivery shows its reason, its message and its destination, but no lease', async () => {
    const { messageId } = messageOf('two')
    const { status, body } = await get(`/deliveries/otobo.${messageId}`)
    expect(status).toBe(200)
    expect(body).toMatchObject({
      kind: 'delivery',
      state: 'waiting',
      reason: { code: 'exit-75', remedy: 'Start the ticket system.' },
      destinationName: 'OTOBO',
      queueName: 'Support',
      from: 'ann@example.com',
    })
    for (const field of ['lane', 'place', 'lease', 'leases', 'revision', 'dueAt'])
      expect(body).not.toHaveProperty(field)
  })

  test('a delivery with an attempt in progress shows when the attempt ends', async () => {
    const leaseUntil = minutesAgo(-6)
    await plan('four', 20, { otobo: { state: 'delivering', lease: 'secret', leaseUntil } })
    const { body } = await get(`/deliveries/otobo.${messageOf('four').messageId}`)
    expect(body).toMatchObject({ state: 'delivering', leaseUntil })
    expect(JSON.stringify(body)).not.toContain('secret')
  })

  test('a request for an unknown delivery is refused', async () => {
    expect(await get(`/deliveries/otobo.${messageOf('unknown').messageId}`)).toMatchObject({
      status: 404,
      body: { detail: 'There is no delivery with this id, or its record has expired.' },
    })
    expect((await get('/deliveries/otobo')).status).toBe(400)
  })
})
