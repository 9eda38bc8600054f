import { expect, test } from 'vitest'
import { deliveryStates } from '../../../../lib/handover/ledger/delivery.ts'
import { allows } from '../../../../lib/handover/ledger/transitions.ts'
import { actionsIn, isEnded, mayDouble, refreshAfter } from '../../../../web/deliveries/delivery.ts'
import { sampleDelivery } from '../../../support/handover/sample-delivery.ts'

const changes = { handle: 'handled', redirect: 'handled', replay: 'replayed', retry: 'retried' } as const

test.each(deliveryStates)('the page offers only actions that the API allows in the state %s', (state) => {
  const at = '2026-03-02T12:00:00.000Z'
  const delivery = sampleDelivery({ state, leaseUntil: '2026-03-02T12:05:00.000Z' })
  for (const action of actionsIn(state)) {
    // A pending delivery is woken by a retry, without a change.
    if (action === 'retry' && state === 'pending') continue
    expect(allows(changes[action], delivery, at)).toBe(true)
  }
})

test('a retry asks first if the receiver may have the message already', () => {
  expect(mayDouble({ state: 'in-doubt' })).toBe(true)
  expect(mayDouble({ state: 'quarantined', possiblyDoubled: true })).toBe(true)
  expect(mayDouble({ state: 'waiting' })).toBe(false)
})

test.each(deliveryStates)('a delivery is read again until it has ended (%s)', (state) => {
  expect(refreshAfter(state) === false).toBe(isEnded(state))
})
