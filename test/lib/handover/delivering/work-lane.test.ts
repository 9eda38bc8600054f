import { beforeEach, describe, expect, it } from 'vitest'
import { UncleanableMail } from '../../../../lib/handover/copy/clean-header.ts'
import type { Adapter } from '../../../../lib/handover/delivering/adapter.ts'
import { workLane } from '../../../../lib/handover/delivering/work-lane.ts'
import type { Wake } from '../../../../lib/handover/planning/wake.ts'
import {
  type DeliveringWorld,
  deliveringWorld,
  destinationFails,
  mail,
  outcomeOf,
  temporary,
} from './delivering-world.ts'

let desk: DeliveringWorld
beforeEach(() => {
  desk = deliveringWorld()
})

const conversation = (count: number) =>
  Array.from({ length: count }, (_, index) => mail(`mail ${index}`, { thread: 'a', second: index }))
const planAndWork = async (count: number, more: Partial<Wake> = {}) => {
  const mails = conversation(count)
  const [delivery] = await desk.plan(...mails)
  if (!delivery) throw new Error('Nothing was planned')
  const wake = desk.wakeOf(delivery, more)
  await workLane(desk.services, wake)
  return { mails, wake, rows: () => mails.map((one) => desk.rowOf(one)) }
}
// biome-ignore lint/correctness/useYield: the mail cannot be read at all
async function* failing(): AsyncGenerator<Buffer> {
  throw new UncleanableMail()
}
const ids = (mails: readonly { readonly messageId: string }[]) => mails.map(({ messageId }) => messageId)

describe('the worker of a lane', () => {
  it('the worker of a lane hands over the lane’s mails in their order', async () => {
    const { mails, rows } = await planAndWork(3)
    expect(desk.world.received).toEqual(ids(mails))
    expect(rows()).toMatchObject([{ state: 'delivered' }, { state: 'delivered' }, { state: 'delivered' }])
    expect(desk.world.tagged).toEqual(ids(mails))
    expect(desk.world.markers.size).toBe(0)
    expect(desk.world.wakes).toEqual([])
  })

  it('the worker of a lane reports each attempt', async () => {
    desk.world.outcomes = [temporary]
    await planAndWork(1)
    expect(desk.world.attempts).toMatchObject([{ outcome: temporary, delivery: { state: 'waiting' } }])
  })

  it('the worker of a lane keeps what the receiver returned', async () => {
    desk.world.outcomes = [outcomeOf({ remote: { ticket: '4711' } })]
    const { rows } = await planAndWork(1)
    expect(rows()).toMatchObject([{ remote: { ticket: '4711' } }])
  })

  it('a mail that must wait holds back its own conversation only', async () => {
    const other = mail('other')
    const [elsewhere] = await desk.plan(other)
    desk.world.outcomes = [temporary]
    const { rows } = await planAndWork(2)
    expect(rows()).toMatchObject([{ state: 'waiting' }, { state: 'pending' }])
    if (elsewhere) await workLane(desk.services, desk.wakeOf(elsewhere))
    expect(desk.world.received).toEqual([other.messageId])
  })

  it('a mail that the receiver refuses permanently does not hold back its conversation', async () => {
    desk.world.outcomes = [outcomeOf({ result: 'permanent', code: 'http-422' })]
    const { rows } = await planAndWork(2)
    expect(rows()).toMatchObject([{ state: 'quarantined' }, { state: 'delivered' }])
  })

  it('a lane with more than 20 deliveries is woken again', async () => {
    const { wake, rows } = await planAndWork(21)
    expect(desk.world.received).toHaveLength(20)
    expect(desk.world.wakes).toMatchObject([{ destinationId: 'desk', lane: wake.lane }])
    expect(desk.world.wakes[0]?.deliveryId).toBe(rows()[19]?.deliveryId)
    for (const again of desk.world.wakes) await workLane(desk.services, again)
    expect(desk.world.received).toHaveLength(21)
  })

  it('a lane that is empty after 20 deliveries is not woken again', async () => {
    await planAndWork(20)
    expect(desk.world.received).toHaveLength(20)
    expect(desk.world.wakes).toEqual([])
  })

  it('a mail whose header cannot be cleaned while an adapter reads it is quarantined', async () => {
    const read: Adapter['deliver'] = async ({ raw }, _destination, signal) => {
      for await (const _chunk of (await raw(signal)) ?? []) expect.unreachable()
      return outcomeOf()
    }
    desk.world.adapter = {
      ...desk.world.adapter,
      deliver: (...parcel) => read(...parcel).catch(() => outcomeOf({ result: 'temporary', code: 'unreadable' })),
    }
    desk.world.openMail = failing
    const { rows } = await planAndWork(1)
    expect(rows()).toMatchObject([{ state: 'quarantined', reason: { code: 'header-field-too-long' } }])
  })

  it('a lane is woken again if its deliveries take more than a minute', async () => {
    const { adapter } = desk.world
    desk.world.adapter = {
      ...adapter,
      deliver: async (...parcel) => {
        desk.later(25_000)
        return await adapter.deliver(...parcel)
      },
    }
    await planAndWork(5)
    expect(desk.world.received).toHaveLength(3)
    expect(desk.world.wakes).toHaveLength(1)
  })

  it('a destination that is not valid receives nothing, and nothing is written', async () => {
    desk = deliveringWorld({ validity: 'invalid-temporarily' })
    const { rows } = await planAndWork(1)
    expect(rows()).toMatchObject([{ state: 'pending', revision: 1 }])
    expect(desk.world.received).toEqual([])
  })

  it('the deliveries of an agent are left to the agent', async () => {
    desk = deliveringWorld({ kind: 'pull' })
    const { rows } = await planAndWork(1)
    expect(rows()).toMatchObject([{ state: 'pending', revision: 1 }])
  })

  it('deliveries to a destination that was deleted are handled, with the reason', async () => {
    desk.world.destinations.clear()
    const { rows } = await planAndWork(2)
    const expected = { state: 'handled', reason: { code: 'destination-missing' } }
    expect(rows()).toMatchObject([expected, expected])
    expect(desk.world.markers.size).toBe(0)
    expect(desk.world.received).toEqual([])
  })
})

describe('an adapter that throws', () => {
  it.each([
    ['is tried again if the receiver drops repeats', 'key', 'waiting'],
    ['is in doubt if a repeat may create a second ticket', 'none', 'in-doubt'],
  ] as const)('a delivery whose adapter throws %s', async (_title, idempotency, state) => {
    desk.world.adapter = { ...desk.world.adapter, idempotency }
    desk.world.outcomes = [new Error('secret text')]
    const { rows } = await planAndWork(1)
    expect(rows()).toMatchObject([{ state, reason: { code: 'adapter-failed' } }])
    expect(JSON.stringify(rows())).not.toContain('secret text')
    expect(desk.world.defects).toEqual([rows()[0]?.deliveryId])
  })
})

describe('the circuit of a destination', () => {
  it('a failure of the destination opens its circuit at once and does not count as an attempt', async () => {
    desk.world.outcomes = [destinationFails]
    const { rows } = await planAndWork(2)
    expect(rows()).toMatchObject([
      { state: 'pending', attemptCount: 0, attempts: [{ code: 'connection-refused' }] },
      { state: 'pending', attempts: [] },
    ])
    expect(desk.world.circuits.get('desk')).toMatchObject({ reason: { code: 'connection-refused' } })
  })

  it('an open circuit keeps workers from sending', async () => {
    desk.world.outcomes = [destinationFails]
    const { wake } = await planAndWork(1)
    await workLane(desk.services, wake)
    expect(desk.world.received).toEqual([])
    expect(desk.world.attempts).toHaveLength(1)
  })

  it('a probe that succeeds closes the circuit, and the worker continues with the lane', async () => {
    desk.world.outcomes = [destinationFails]
    const { wake, mails } = await planAndWork(2)
    await workLane(desk.services, { ...wake, probe: true })
    expect(desk.world.circuits.size).toBe(0)
    expect(desk.world.received).toEqual(ids(mails))
  })

  it('a probe that fails is the only attempt', async () => {
    desk.world.outcomes = [destinationFails, destinationFails]
    const { wake } = await planAndWork(2)
    await workLane(desk.services, { ...wake, probe: true })
    expect(desk.world.attempts).toHaveLength(2)
    expect(desk.world.circuits.size).toBe(1)
  })

  it('a probe whose message is refused is the only attempt, because the circuit stays open', async () => {
    desk.world.outcomes = [destinationFails, outcomeOf({ result: 'permanent', code: 'http-422' })]
    const { wake, rows } = await planAndWork(2)
    await workLane(desk.services, { ...wake, probe: true })
    expect(rows()).toMatchObject([{ state: 'quarantined' }, { state: 'pending', attempts: [] }])
  })

  it('a destination that asks for it is suspended', async () => {
    desk.world.outcomes = [{ ...destinationFails, code: 'http-410', suspend: true }]
    await planAndWork(1)
    expect(desk.world.circuits.get('desk')).toMatchObject({ suspendedAt: '2026-03-02T09:00:00.000Z' })
  })
})
