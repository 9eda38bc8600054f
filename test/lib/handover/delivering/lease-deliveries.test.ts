import { beforeEach, describe, expect, it } from 'vitest'
import { bringForward } from '../../../../lib/handover/delivering/due-times.ts'
import { leaseDeliveries } from '../../../../lib/handover/delivering/lease-deliveries.ts'
import { settleDelivery } from '../../../../lib/handover/delivering/settle-delivery.ts'
import type { Outcome } from '../../../../lib/handover/ledger/outcome.ts'
import type { Message } from '../../../../lib/messages/message.ts'
import {
  type DeliveringWorld,
  deliveringWorld,
  destinationFails,
  mail,
  minute,
  outcomeOf,
  temporary,
} from './delivering-world.ts'

let desk: DeliveringWorld

const conversation = (count: number) =>
  Array.from({ length: count }, (_, index) => mail(`mail ${index}`, { thread: 'a', second: index }))
const ids = (mails: readonly { readonly messageId: string }[]) => mails.map(({ messageId }) => messageId)

const settle = async (message: Message, outcome: Outcome) => {
  const { deliveryId, lease = '' } = desk.rowOf(message)
  await settleDelivery(desk.services, deliveryId, {
    lease,
    outcome,
    startedAt: desk.world.now.toISOString(),
    milliseconds: 5,
    doubt: 'repeat',
    idempotency: 'none',
  })
}

describe('an agent', () => {
  beforeEach(() => {
    desk = deliveringWorld({ kind: 'pull' })
  })
  const lease = async (max = 10) => {
    const leased: Message[] = []
    for await (const { message } of leaseDeliveries(desk.services, desk.destination, { max, seconds: 300 }))
      leased.push(message)
    return ids(leased)
  }

  it('an agent leases the oldest delivery of each conversation', async () => {
    const [first, reply, other] = [...conversation(2), mail('other')]
    if (!first || !reply || !other) throw new Error('A mail is missing')
    await desk.plan(reply, first, other)
    expect((await lease()).toSorted()).toEqual(ids([first, other]).toSorted())
    expect(await lease()).toEqual([])
  })

  it('an agent leases as many deliveries as it asks for', async () => {
    await desk.plan(mail('a'), mail('b'), mail('c'))
    expect(await lease(2)).toHaveLength(2)
    expect(await lease(2)).toHaveLength(1)
  })

  it('a hundred deliveries that wait for one mail do not starve other conversations', async () => {
    const mails = conversation(101)
    await desk.plan(...mails)
    expect(await lease()).toEqual(ids(mails.slice(0, 1)))
    const other = mail('other')
    await desk.plan(other)
    expect(await lease()).toEqual([other.messageId])
  })

  it('a hundred deliveries that wait for a mail’s next attempt do not starve other conversations', async () => {
    const mails = conversation(101)
    const [first = mail('none')] = mails
    await desk.plan(...mails)
    await lease()
    for (const failures of [1, 2, 3]) {
      await settle(first, temporary)
      expect(desk.rowOf(first)).toMatchObject({ state: 'waiting', attemptCount: failures })
      if (failures === 3) break
      desk.later(10 * minute)
      expect(await lease()).toEqual([first.messageId])
    }
    desk.later(2 * minute)
    expect(await lease()).toEqual([])
    const other = mail('other')
    await desk.plan(other)
    expect(await lease()).toEqual([other.messageId])
    expect(desk.rowOf(mails[100] ?? first).dueAt).toBe(desk.rowOf(first).nextAttemptAt)
  })

  it('an agent leases nothing from a destination that receives webhooks', async () => {
    desk = deliveringWorld({ kind: 'webhook' })
    await desk.plan(mail('a'))
    expect(await lease()).toEqual([])
  })

  it('a mail that lost its marker is still leased', async () => {
    await desk.plan(mail('a'))
    desk.world.markers.clear()
    expect(await lease()).toEqual(ids([mail('a')]))
  })

  it('an agent leases nothing while the destination is not valid', async () => {
    desk = deliveringWorld({ kind: 'pull', validity: 'invalid' })
    await desk.plan(mail('a'))
    expect(await lease()).toEqual([])
  })

  it('an agent leases one delivery as a probe when an open circuit allows it', async () => {
    await desk.plan(mail('a'), mail('b'))
    await desk.services.circuits.open('desk', destinationFails, desk.world.now.toISOString(), false)
    expect(await lease()).toEqual([])
    desk.later(minute)
    expect(await lease()).toHaveLength(1)
    expect(await lease()).toEqual([])
  })

  it('a reply is due as soon as the mail before it was handed over', async () => {
    const [first, reply] = conversation(2)
    if (!first || !reply) throw new Error('A mail is missing')
    await desk.plan(first, reply)
    await lease()
    await bringForward(desk.services, desk.rowOf(reply).lane)
    expect(await lease()).toEqual([])
    await settle(first, outcomeOf())
    const { lane } = desk.rowOf(first)
    await bringForward(desk.services, lane)
    expect(await lease()).toEqual([reply.messageId])
  })
})
