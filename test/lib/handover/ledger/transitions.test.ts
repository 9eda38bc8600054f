import { describe, expect, it } from 'vitest'
import { type Delivery, type DeliveryState, deliveryStates } from '../../../../lib/handover/ledger/delivery.ts'
import type { Outcome } from '../../../../lib/handover/ledger/outcome.ts'
import {
  allows,
  type Change,
  claimed,
  closed,
  doubted,
  handled,
  planned,
  replayed,
  retried,
  settled,
} from '../../../../lib/handover/ledger/transitions.ts'
import { deliveryViewOf } from '../../../../lib/handover/viewing/delivery-view.ts'
import { sampleDelivery } from '../../../support/handover/sample-delivery.ts'
import { sampleMessage } from '../../../support/sample-message.ts'

const before = '2026-03-02T08:11:00.000Z'
const at = '2026-03-02T08:12:00.000Z'
const later = '2026-03-02T08:13:00.000Z'
const reason = { code: 'phone', detail: 'Done by phone.', remedy: 'Nothing remains to be done.' }

/** A delivery in this state after one attempt under the lease `l1`. */
const inState = (state: DeliveryState, changes: Partial<Delivery> = {}): Delivery =>
  sampleDelivery({
    state,
    revision: 7,
    changedAt: before,
    leases: ['l0', 'l1'],
    dueAt: at,
    ...(state === 'delivering' && { lease: 'l1', leaseUntil: later }),
    ...((state === 'waiting' || state === 'in-doubt') && { nextAttemptAt: at }),
    ...(!['pending', 'delivering', 'delivered'].includes(state) && { reason }),
    ...changes,
  })

const outcome = (result: Outcome['result'], changes: Partial<Outcome> = {}): Outcome => ({
  result,
  scope: 'message',
  code: `test-${result}`,
  detail: 'The receiver answered.',
  remedy: 'Ask the receiver.',
  bytes: 12,
  ...changes,
})
const report = (result: Outcome['result'], changes: Partial<Outcome> = {}) => ({
  lease: 'l1',
  outcome: outcome(result, changes),
  startedAt: before,
  milliseconds: 812,
  at,
  random: 0.5,
  doubt: 'repeat' as const,
  idempotency: 'none' as const,
})
const settledRow = (...parameters: Parameters<typeof settled>): Delivery => {
  const next = settled(...parameters)
  if (typeof next === 'string') throw new Error(next)
  return next
}

const changes: Record<Change, (delivery: Delivery, at: string) => Delivery> = {
  claimed: (delivery, at) => claimed(delivery, { lease: 'l2', until: later, at }),
  doubted: (delivery, at) => doubted(delivery, { at, random: 0.5, doubt: 'repeat', idempotency: 'none' }),
  retried,
  handled: (delivery, at) => handled(delivery, at, reason),
  closed,
  replayed,
}
/** The state after each change. Without an entry, the change is refused. A lease is in progress until `later`. */
const results: Record<Change, Partial<Record<DeliveryState, DeliveryState>>> = {
  claimed: { pending: 'delivering', waiting: 'delivering', 'in-doubt': 'delivering' },
  doubted: { 'in-doubt': 'in-doubt' },
  retried: { waiting: 'pending', 'in-doubt': 'pending', quarantined: 'pending' },
  handled: { pending: 'handled', waiting: 'handled', 'in-doubt': 'handled', quarantined: 'handled' },
  closed: { delivered: 'delivered', handled: 'handled', quarantined: 'quarantined' },
  replayed: { delivered: 'pending', handled: 'pending', quarantined: 'pending' },
}
const changesAndStates = Object.keys(results).flatMap((change) =>
  deliveryStates.map((state) => [change as Change, state] as const),
)

describe('a change of a delivery', () => {
  it.each(changesAndStates)('%s from %s leads to the state in the table, or is refused', (change, state) => {
    const delivery = inState(state)
    const expected = results[change][state]
    expect(allows(change, delivery, at)).toBe(expected !== undefined)
    if (expected === undefined) return expect(() => changes[change](delivery, at)).toThrow(TypeError)
    const next = changes[change](delivery, at)
    expect(next).toMatchObject({ state: expected, revision: 8 })
    // A state keeps no field of the former one.
    expect(next.lease !== undefined).toBe(expected === 'delivering')
    expect(next.leaseUntil !== undefined).toBe(expected === 'delivering')
    expect(next.nextAttemptAt !== undefined).toBe(expected === 'waiting' || expected === 'in-doubt')
    expect(next.dueAt !== undefined).toBe(change !== 'closed')
  })

  it('doubts or handles a delivery whose lease is over, and no other change applies to it', () => {
    const delivery = inState('delivering')
    const possible = Object.keys(results).filter((change) => allows(change as Change, delivery, later))
    expect(possible.toSorted()).toEqual(['doubted', 'handled'])
  })

  it('begins with a pending delivery that the sweep examines after two minutes, or at the given time', () => {
    expect(planned('d', sampleMessage(), at)).toMatchObject({
      deliveryId: `d.${sampleMessage().messageId}`,
      state: 'pending',
      revision: 1,
      dueAt: '2026-03-02T08:14:00.000Z',
    })
    expect(planned('d', sampleMessage(), at, { replays: 1, dueAt: at })).toMatchObject({ replays: 1, dueAt: at })
  })

  it('retried and replayed start the back-off over, and only replayed forgets the leases', () => {
    const delivery = inState('quarantined', { attemptCount: 9, firstAttemptAt: before })
    for (const next of [retried(delivery, at), replayed(delivery, at)]) {
      expect(next).toMatchObject({ attemptCount: 0, dueAt: at })
      expect(next).not.toHaveProperty('firstAttemptAt')
    }
    expect(retried(delivery, at).leases).toEqual(['l0', 'l1'])
    expect(replayed(delivery, at)).toMatchObject({ leases: [], replays: 1 })
    expect(replayed({ ...delivery, replays: 1 }, at)).toMatchObject({ replays: 2 })
  })

  it('closed keeps when and why the delivery ended', () => {
    expect(closed(inState('handled'), later)).toMatchObject({ changedAt: before, reason })
  })
})

describe('an outcome', () => {
  it.each([
    ['delivered', {}, { state: 'delivered', attemptCount: 0, dueAt: at }],
    ['permanent', {}, { state: 'quarantined', attemptCount: 1, dueAt: at, reason: { code: 'test-permanent' } }],
    ['temporary', {}, { state: 'waiting', attemptCount: 1, nextAttemptAt: later, dueAt: later }],
    ['temporary', { scope: 'destination' }, { state: 'pending', attemptCount: 0, dueAt: at }],
    ['permanent', { scope: 'destination' }, { state: 'pending', attemptCount: 0, dueAt: at }],
    ['in-doubt', {}, { state: 'in-doubt', attemptCount: 1, nextAttemptAt: '2026-03-02T08:27:00.000Z' }],
    ['in-doubt', { scope: 'destination' }, { state: 'in-doubt', attemptCount: 0, possiblyDoubled: true }],
  ] as const)('%s %o of the current lease is recorded, and leads to its state', (result, change, expected) => {
    const next = settledRow(inState('delivering'), report(result, change))
    expect(next).toMatchObject({ revision: 8, changedAt: at, ...expected })
    expect(next.attempts).toEqual([
      {
        ...{ at: before, lease: 'l1', milliseconds: 812, result, code: `test-${result}` },
        ...{ detail: 'The receiver answered.', bytes: 12 },
      },
    ])
    expect(next).not.toHaveProperty('lease')
    expect(next).not.toHaveProperty('leaseUntil')
  })

  it('delivered counts under every known lease until the delivery ends, and keeps the ticket', () => {
    const answers = deliveryStates.map((state) => {
      const next = settled(inState(state), { ...report('delivered', { remote: { ticket: '17' } }), lease: 'l0' })
      return [state, typeof next === 'string' ? next : `${next.state} ${next.remote?.ticket}`]
    })
    expect(Object.fromEntries(answers)).toEqual({
      ...{ pending: 'delivered 17', delivering: 'delivered 17', waiting: 'delivered 17', 'in-doubt': 'delivered 17' },
      ...{ quarantined: 'delivered 17', delivered: 'already-ended', handled: 'already-ended' },
    })
  })

  it('temporary counts only under the last lease, until something else is known about it', () => {
    const answers = deliveryStates.map((state) => {
      const next = settled(inState(state), report('temporary'))
      return [state, typeof next === 'string' ? next : next.state]
    })
    expect(Object.fromEntries(answers)).toEqual({
      ...{ pending: 'unknown-lease', delivering: 'waiting', waiting: 'unknown-lease', 'in-doubt': 'waiting' },
      ...{ quarantined: 'unknown-lease', delivered: 'already-ended', handled: 'already-ended' },
    })
    expect(settled(inState('delivering'), { ...report('temporary'), lease: 'l0' })).toBe('unknown-lease')
  })

  it.each(deliveryStates)('of an unknown lease has no effect on a delivery that is %s', (state) => {
    for (const result of ['delivered', 'temporary'] as const)
      expect(settled(inState(state), { ...report(result), lease: 'foreign' })).toBe('unknown-lease')
  })

  it.each(['temporary', 'permanent', 'in-doubt'] as const)('%s that is reported twice changes nothing', (result) => {
    const once = settledRow(inState('delivering'), report(result))
    expect(settled(once, report(result))).toBe('already-ended')
  })

  it('reported late replaces the note that the lease ended without one', () => {
    const doubtful = doubted(inState('delivering'), { at: later, random: 0.5, doubt: 'repeat', idempotency: 'none' })
    expect(doubtful.attempts.map(({ code }) => code)).toEqual(['lease-over'])
    const next = settledRow(doubtful, report('temporary'))
    expect(next.attempts.map(({ code }) => code)).toEqual(['test-temporary'])
    expect(next.state).toBe('waiting')
  })

  it('keeps texts printable and at most 500 characters long', () => {
    const next = settledRow(inState('delivering'), report('permanent', { detail: `\u001b[2J${'x'.repeat(10_000)}` }))
    expect(next.attempts[0]?.detail).toHaveLength(500)
    expect(next.reason?.detail).toBe(next.attempts[0]?.detail)
    expect(next.reason?.detail.startsWith('[2J')).toBe(true)
  })

  it('temporary after five days is quarantined with the last answer', () => {
    const old = inState('delivering', { attemptCount: 16, firstAttemptAt: '2026-02-25T08:00:00.000Z' })
    expect(settledRow(old, report('temporary'))).toMatchObject({
      state: 'quarantined',
      reason: { code: 'gave-up', detail: expect.stringContaining('The receiver answered.') },
    })
  })

  it('temporary follows the time for which the receiver asks', () => {
    const next = settledRow(inState('delivering'), report('temporary', { retryAfter: '2026-03-02T10:00:00.000Z' }))
    expect(next.nextAttemptAt).toBe('2026-03-02T10:00:00.000Z')
  })
})

describe('doubt', () => {
  const doubtTwice = (idempotency: 'key' | 'message-id' | 'lookup' | 'none', doubt: 'repeat' | 'ask') => {
    const first = doubted(inState('delivering'), { at: later, random: 0.5, doubt, idempotency })
    if (!allows('claimed', first, later)) return [first]
    const again = claimed(first, { lease: 'l2', until: later, at: later })
    return [first, doubted(again, { at: later, random: 0.5, doubt, idempotency })]
  }

  it.each(['key', 'message-id'] as const)(
    'repeats at once, then with pauses, if the receiver drops repeats by %s',
    (kind) => {
      for (const doubt of ['repeat', 'ask'] as const)
        expect(doubtTwice(kind, doubt)).toMatchObject([
          { state: 'pending', dueAt: later, possiblyDoubled: true, attemptCount: 1 },
          { state: 'waiting', nextAttemptAt: '2026-03-02T08:18:00.000Z', attemptCount: 2 },
        ])
    },
  )

  it('waits until the receiver can be asked, without a mark', () => {
    const [first, second] = doubtTwice('lookup', 'ask')
    expect([first, second]).toMatchObject([
      { state: 'in-doubt', nextAttemptAt: '2026-03-02T08:14:00.000Z' },
      { state: 'in-doubt', nextAttemptAt: '2026-03-02T08:18:00.000Z' },
    ])
    expect(second).not.toHaveProperty('possiblyDoubled')
    expect(doubted(first as Delivery, { at: later, random: 0.5, doubt: 'ask', idempotency: 'lookup' })).toMatchObject({
      state: 'in-doubt',
      reason: { code: 'lookup-failed' },
    })
  })

  it('repeats once after 15 minutes if the receiver cannot be asked, and then leaves the decision to a person', () => {
    expect(doubtTwice('none', 'repeat')).toMatchObject([
      { state: 'in-doubt', nextAttemptAt: '2026-03-02T08:28:00.000Z', possiblyDoubled: true },
      { state: 'quarantined', reason: { code: 'lease-over' }, dueAt: later },
    ])
  })

  it('leaves the decision to a person at once if the destination asks for it', () => {
    expect(doubtTwice('none', 'ask')).toMatchObject([{ state: 'quarantined', possiblyDoubled: true }])
  })

  it('about a destination that fails uses up no attempts', () => {
    const rules = { doubt: 'repeat', idempotency: 'key' } as const
    const old = inState('delivering', { possiblyDoubled: true, firstAttemptAt: '2026-02-01T08:00:00.000Z' })
    const next = settledRow(old, { ...report('in-doubt', { scope: 'destination' }), ...rules })
    expect(next).toMatchObject({ state: 'pending', attemptCount: 0, dueAt: at })
  })
})

describe('the view of a delivery', () => {
  it('contains no lease with which a reader could acknowledge it', () => {
    const view = deliveryViewOf(settledRow(inState('delivering'), report('temporary')))
    expect(view).toMatchObject({ state: 'waiting', attempts: [{ code: 'test-temporary' }] })
    expect(JSON.stringify(view)).not.toContain('l1')
  })
})
