import { describe, expect, test } from 'vitest'
import { type Attempt, type Delivery, deliveryIdOf } from '../../../../lib/handover/ledger/delivery.ts'
import type { PlannedMessage } from '../../../../lib/handover/planning/dynamo-plan-ledger.ts'
import { explainHandover } from '../../../../lib/handover/viewing/explain-handover.ts'
import { explainMessage } from '../../../../lib/messages/history/explain-message.ts'
import { destinationOf } from '../../../support/handover/destinations.ts'
import { sampleMessage } from '../../../support/sample-message.ts'

const message = sampleMessage({ state: 'announced', announcedAt: '2025-07-01T08:53:01.000Z', server: 'deleted' })
const { messageId } = message

const deliveryOf = (more: Partial<Delivery>): Delivery => ({
  deliveryId: deliveryIdOf('otobo', messageId),
  destinationId: 'otobo',
  messageId,
  lane: 'otobo#lane',
  place: 'place',
  state: 'pending',
  revision: 1,
  plannedAt: '2025-07-01T08:53:02.000Z',
  changedAt: '2025-07-01T08:54:00.000Z',
  attemptCount: 0,
  attempts: [],
  leases: [],
  ...more,
})

const explained = async (
  plan: Partial<PlannedMessage> | undefined,
  deliveries: readonly Delivery[] = [],
  destinations = [destinationOf({ destinationId: 'otobo', name: 'OTOBO' })],
) =>
  await explainHandover(
    {
      plans: { read: async () => plan && { message, unplanned: false, ...plan } },
      ledger: {
        readMany: async (ids) => deliveries.filter(({ deliveryId }) => ids.includes(deliveryId)),
      },
      destinations: { all: async () => destinations },
    },
    messageId,
  )
const lineOf = async (delivery: Partial<Delivery>) => {
  const [step] = await explained({ plannedFor: ['otobo'] }, [deliveryOf(delivery)])
  return `${step?.code}: ${step?.detail}`
}
const reason = { code: 'exit-75', detail: 'The command ended with code 75', remedy: 'Start Request Tracker.' }
const attempt: Attempt = {
  at: '2025-07-01T08:53:59.000Z',
  lease: 'lease',
  milliseconds: 1000,
  result: 'delivered',
  code: 'accepted',
  detail: 'The command ended with code 0.',
  bytes: 2048,
}
const nextAttemptAt = '2025-07-01T09:00:00.000Z'

describe('the explanation of a hand-over', () => {
  test.each<[Partial<Delivery>, string]>([
    [{ state: 'pending' }, 'handover-pending: Postmaster has not handed it over to OTOBO yet.'],
    [
      { state: 'pending', reason },
      'handover-pending: Postmaster has not handed it over to OTOBO yet. The command ended with code 75.',
    ],
    [{ state: 'delivering' }, 'handover-pending: Postmaster is handing it over to OTOBO now.'],
    [{ state: 'delivered', attempts: [attempt] }, 'handed-over: Postmaster handed it over to OTOBO.'],
    [
      { state: 'delivered', attempts: [attempt], remote: { ticket: '2026113010000017' } },
      'handed-over: Postmaster handed it over to OTOBO as ticket 2026113010000017.',
    ],
    [
      {
        state: 'delivered',
        attempts: [attempt, attempt, attempt],
        possiblyDoubled: true,
        remote: { ticket: '7', url: 'https://desk/7' },
      },
      'handed-over: Postmaster handed it over to OTOBO as ticket 7 (https://desk/7). This took 3 attempts. ' +
        'The receiver may have received it twice.',
    ],
    [
      { state: 'waiting', reason, nextAttemptAt },
      'handover-waiting: Postmaster could not hand it over to OTOBO yet. The command ended with code 75. The next attempt is at 2025-07-01T09:00:00.000Z.',
    ],
    [
      { state: 'in-doubt', reason, nextAttemptAt },
      'handover-in-doubt: Postmaster does not know whether OTOBO received it. The command ended with code 75. The next attempt is at 2025-07-01T09:00:00.000Z.',
    ],
    [
      { state: 'quarantined', reason },
      'handover-quarantined: Its delivery to OTOBO is quarantined until a person decides. The command ended with code 75. Start Request Tracker.',
    ],
    [
      { state: 'handled', reason: { ...reason, detail: 'Jane marked the delivery as handled.' } },
      'handover-handled: Its delivery to OTOBO is marked as handled. Jane marked the delivery as handled.',
    ],
  ])('the explanation of a delivery in state %o says what happened and what comes next', async (delivery, line) => {
    expect(await lineOf(delivery)).toBe(line)
  })

  test('the explanation names every destination, even a deleted one and one without a row', async () => {
    const steps = await explained({ plannedFor: ['gone', 'otobo'] }, [deliveryOf({ state: 'delivered' })])
    expect(steps).toEqual([
      { code: 'handover-pending', detail: 'Postmaster is planning its delivery to the deleted destination gone.' },
      {
        at: '2025-07-01T08:54:00.000Z',
        code: 'handed-over',
        detail: 'Postmaster handed it over to OTOBO.',
        links: { delivery: `/deliveries/otobo.${messageId}` },
      },
    ])
  })

  test.each<[string, Partial<PlannedMessage>, string[]]>([
    ['that no destination selects', { plannedFor: [] }, ['not-received']],
    ['that is not planned yet', { unplanned: true }, ['handover-pending']],
    ['that an earlier version stored', {}, ['not-received']],
    ['that awaits its announcement', { unplanned: true, message: { ...message, state: 'stored' } }, []],
    ['that a control header ignores', { message: { ...message, state: 'ignored' } }, []],
    ['with the bytes of an earlier one', { message: { ...message, sameAs: 'a'.repeat(64) } }, []],
  ])('the explanation of a message %s has the codes %s', async (_, plan, codes) => {
    expect((await explained(plan)).map(({ code }) => code)).toEqual(codes)
  })

  test('a deployment without destinations explains no hand-over', async () => {
    expect(await explained({ plannedFor: [] }, [], [])).toEqual([])
    expect(await explained({ unplanned: true }, [], [])).toEqual([])
    expect(await explained(undefined)).toEqual([])
  })

  test('the summary of a message ends with its ticket', async () => {
    const steps = await explained({ plannedFor: ['otobo'] }, [
      deliveryOf({ state: 'delivered', remote: { ticket: '42' } }),
    ])
    const explanation = explainMessage(message, undefined, steps)
    expect(explanation.summary).toBe(
      'The message is in queue Support, was announced, and was deleted from the mail server. Postmaster handed it over to OTOBO as ticket 42.',
    )
    expect(explanation.steps.at(-1)).toEqual(steps[0])
  })
})
