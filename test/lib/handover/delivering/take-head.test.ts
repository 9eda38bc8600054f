import { beforeEach, describe, expect, it } from 'vitest'
import type { LookUp } from '../../../../lib/handover/delivering/in-doubt.ts'
import { takeHead } from '../../../../lib/handover/delivering/take-head.ts'
import { claimed, settled } from '../../../../lib/handover/ledger/transitions.ts'
import { type DeliveringWorld, deliveringWorld, mail, minute, outcomeOf, temporary } from './delivering-world.ts'

let desk: DeliveringWorld
beforeEach(() => {
  desk = deliveringWorld()
})

const options = { seconds: 90, idempotency: 'none' as const }
const first = mail('first', { thread: 'a', second: 1 })
const reply = mail('reply', { thread: 'a', second: 2 })
const firstLane = async () => {
  const [delivery] = await desk.plan(first)
  return delivery?.lane ?? ''
}
const take = (lane: string, more: { idempotency?: 'key' | 'none' | 'lookup'; lookUp?: LookUp } = {}) =>
  takeHead(desk.services, lane, desk.destination, { ...options, ...more })

/** Another worker's lease, which runs out after a minute. */
const leaseElsewhere = async () => {
  const row = desk.rowOf(first)
  const at = desk.world.now.toISOString()
  const until = new Date(desk.world.now.getTime() + minute).toISOString()
  await desk.services.ledger.replace(row, claimed(row, { lease: 'elsewhere', until, at }))
  return until
}

/** The outcome of an attempt that another worker made. */
const settleElsewhere = async (outcome = outcomeOf()) => {
  await leaseElsewhere()
  const row = desk.rowOf(first)
  const at = desk.world.now.toISOString()
  const next = settled(row, {
    lease: 'elsewhere',
    outcome,
    startedAt: at,
    milliseconds: 1,
    at,
    random: 0.5,
    doubt: 'repeat',
    idempotency: 'none',
  })
  if (typeof next === 'string') throw new Error(next)
  await desk.services.ledger.replace(row, next)
}

describe('the head of a lane', () => {
  it('a delivery whose message is erased is never handed over, and a person sees why', async () => {
    const lane = await firstLane()
    const erased = { ...first, state: 'erased' as const, erased: { at: desk.world.now.toISOString(), by: 'ann' } }
    desk.world.plans.set(first.messageId, { message: erased, unplanned: false, plannedFor: ['desk'] })
    expect(await take(lane)).toEqual({ stop: 'empty' })
    expect(desk.rowOf(first)).toMatchObject({ state: 'quarantined', reason: { code: 'message-erased' } })
    expect(desk.world.received).toEqual([])
  })

  it('the head of a lane is leased for the requested time', async () => {
    const lane = await firstLane()
    const head = await take(lane)
    expect(head).toMatchObject({
      message: { messageId: first.messageId },
      taken: { state: 'delivering', leaseUntil: '2026-03-02T09:01:30.000Z', dueAt: '2026-03-02T09:01:30.000Z' },
    })
    expect(desk.rowOf(first)).toEqual('taken' in head && head.taken)
  })

  it('the head of a lane is its oldest mail, even if a reply was planned first', async () => {
    await desk.plan(reply)
    const lane = await firstLane()
    expect(await take(lane)).toMatchObject({ message: { messageId: first.messageId } })
  })

  it('an empty lane has no head', async () => {
    expect(await take('desk#unknown')).toEqual({ stop: 'empty' })
  })

  it('the head of a lane is held until another worker’s lease runs out', async () => {
    const lane = await firstLane()
    const until = await leaseElsewhere()
    expect(await take(lane)).toEqual({ stop: 'held', dueAt: until })
  })

  it('the head of a lane that waits for its next attempt holds back the reply', async () => {
    const lane = await firstLane()
    await desk.plan(reply)
    await settleElsewhere(temporary)
    expect(await take(lane)).toEqual({ stop: 'not-due', dueAt: desk.rowOf(first).nextAttemptAt })
    expect(desk.rowOf(reply).state).toBe('pending')
  })

  it('the head of a lane is leased again as soon as its next attempt is due', async () => {
    const lane = await firstLane()
    await settleElsewhere(temporary)
    desk.later(2 * minute)
    expect(await take(lane)).toMatchObject({ taken: { state: 'delivering', attemptCount: 1 } })
  })

  it('a lane stops at a delivery whose planning has not finished', async () => {
    const lane = await firstLane()
    await desk.plan(reply)
    desk.world.rows.delete(desk.rowOf(first).deliveryId)
    desk.world.plans.set(first.messageId, { message: first, unplanned: true, plannedFor: ['desk'] })
    expect(await take(lane)).toEqual({ stop: 'unplanned' })
    expect(desk.world.markers.size).toBe(2)
  })

  it('a lane continues after the marker of a delivery that was never written', async () => {
    const lane = await firstLane()
    await desk.plan(reply)
    desk.world.rows.delete(desk.rowOf(first).deliveryId)
    expect(await take(lane)).toMatchObject({ message: { messageId: reply.messageId } })
    expect(desk.world.markers.size).toBe(1)
  })

  it('a lane keeps the marker of a delivery that planning writes at this moment', async () => {
    const lane = await firstLane()
    const row = desk.rowOf(first)
    desk.world.rows.delete(row.deliveryId)
    const { plans } = desk.services
    const planning = {
      ...desk.services,
      plans: {
        read: async (id: string) => {
          desk.world.rows.set(row.deliveryId, row)
          return await plans.read(id)
        },
      },
    }
    expect(await takeHead(planning, lane, desk.destination, options)).toMatchObject({ taken: { state: 'delivering' } })
  })

  it('a lane finishes a delivery that ended shortly before its worker crashed', async () => {
    const lane = await firstLane()
    await desk.plan(reply)
    await settleElsewhere()
    expect(await take(lane)).toMatchObject({ message: { messageId: reply.messageId } })
    expect(desk.world.tagged).toEqual([first.messageId])
    expect(desk.rowOf(first)).not.toHaveProperty('dueAt')
  })

  it('a lane continues after a quarantined delivery, whose raw mail is kept', async () => {
    const lane = await firstLane()
    await desk.plan(reply)
    await settleElsewhere(outcomeOf({ result: 'permanent', code: 'http-422' }))
    expect(await take(lane)).toMatchObject({ message: { messageId: reply.messageId } })
    expect(desk.rowOf(first).state).toBe('quarantined')
    expect(desk.world.tagged).toEqual([])
  })

  it('a mail that is larger than the destination accepts is quarantined without an attempt', async () => {
    const large = mail('first', { thread: 'a', second: 1, size: 10_001 })
    const [delivery] = await desk.plan(large)
    await desk.plan(reply)
    expect(await take(delivery?.lane ?? '')).toMatchObject({ message: { messageId: reply.messageId } })
    expect(desk.rowOf(large)).toMatchObject({
      state: 'quarantined',
      reason: { code: 'too-large', detail: 'The mail has 10001 bytes, and the destination accepts 10000.' },
    })
  })

  it('a delivery whose message has expired is quarantined', async () => {
    const lane = await firstLane()
    desk.world.plans.clear()
    expect(await take(lane)).toEqual({ stop: 'empty' })
    expect(desk.rowOf(first)).toMatchObject({ state: 'quarantined', reason: { code: 'raw-mail-expired' } })
  })

  it('the head of a lane is leased by one of two workers', async () => {
    const lane = await firstLane()
    const heads = await Promise.all([take(lane), take(lane)])
    expect(heads.filter((head) => 'taken' in head)).toHaveLength(1)
    expect(heads.filter((head) => 'stop' in head)).toEqual([{ stop: 'held', dueAt: '2026-03-02T09:01:30.000Z' }])
  })
})

describe('a delivery whose lease ran out', () => {
  const leasedUntilNow = async () => {
    const lane = await firstLane()
    await leaseElsewhere()
    desk.later(minute)
    return lane
  }

  it('a delivery whose lease ran out is repeated at once if the receiver drops repeats', async () => {
    const lane = await leasedUntilNow()
    expect(await take(lane, { idempotency: 'key' })).toMatchObject({
      taken: { state: 'delivering', attempts: [{ code: 'lease-over' }] },
    })
  })

  it('a delivery whose lease ran out waits 15 minutes and is then repeated once as possibly doubled', async () => {
    const lane = await leasedUntilNow()
    expect(await take(lane)).toEqual({ stop: 'not-due', dueAt: '2026-03-02T09:16:00.000Z' })
    desk.later(15 * minute)
    expect(await take(lane)).toMatchObject({ taken: { possiblyDoubled: true } })
    desk.later(2 * minute)
    expect(await take(lane)).toEqual({ stop: 'empty' })
    expect(desk.rowOf(first)).toMatchObject({ state: 'quarantined', reason: { code: 'lease-over' } })
  })

  it('a delivery whose lease ran out is left to a person if the destination asks for that', async () => {
    desk = deliveringWorld({ doubt: 'ask' })
    const lane = await leasedUntilNow()
    expect(await take(lane)).toEqual({ stop: 'empty' })
    expect(desk.rowOf(first)).toMatchObject({ state: 'quarantined' })
  })

  it('a delivery in doubt is left to a person if the destination has been changed to ask for that', async () => {
    const lane = await leasedUntilNow()
    await take(lane)
    desk.later(15 * minute)
    expect(await takeHead(desk.services, lane, { ...desk.destination, doubt: 'ask' }, options)).toEqual({
      stop: 'empty',
    })
    expect(desk.rowOf(first)).toMatchObject({ state: 'quarantined' })
  })

  describe('if the receiver can be asked', () => {
    const asked = async (answer: 'there' | 'not-there' | 'unknown') => {
      const lane = await leasedUntilNow()
      const lookUp = async () => answer
      expect(await take(lane, { idempotency: 'lookup', lookUp })).toMatchObject({ stop: 'not-due' })
      desk.later(2 * minute)
      return await take(lane, { idempotency: 'lookup', lookUp })
    }

    it('a delivery in doubt is delivered if the receiver has the message', async () => {
      expect(await asked('there')).toEqual({ stop: 'empty' })
      expect(desk.rowOf(first)).toMatchObject({ state: 'delivered', attempts: [{ code: 'found' }] })
      expect(desk.world.tagged).toEqual([first.messageId])
    })

    it('a delivery in doubt is repeated if the receiver does not have the message', async () => {
      expect(await asked('not-there')).toMatchObject({ taken: { state: 'delivering' } })
    })

    it('a delivery in doubt stays in doubt if the receiver does not know', async () => {
      expect(await asked('unknown')).toMatchObject({ stop: 'not-due' })
      expect(desk.rowOf(first)).toMatchObject({ state: 'in-doubt', reason: { code: 'lookup-failed' } })
    })
  })
})
