import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { selects as planningSelects } from '../../../../lib/handover/planning/select.ts'
import type { Message } from '../../../../lib/messages/message.ts'
import { chosenOf, rangeOf, selects } from '../../../../web/destinations/replay/selection.ts'
import { messageOf } from '../../../support/messages.ts'

describe('the messages that are handed over again', () => {
  test('are selected by the page exactly as planning selects them', () => {
    const id = fc.constantFrom('a', 'b', 'c')
    const selection = fc.record(
      {
        queueIds: fc.oneof(fc.constant('all' as const), fc.array(id, { minLength: 1 })),
        accountIds: fc.array(id, { minLength: 1 }),
        trustedOnly: fc.boolean(),
        loops: fc.boolean(),
      },
      { requiredKeys: ['queueIds', 'trustedOnly', 'loops'] },
    )
    const automatic = fc.constantFrom<Pick<Message, 'automatic'>>(
      {},
      { automatic: { signs: [] } },
      { automatic: { kind: 'bounce', signs: [] } },
    )
    fc.assert(
      fc.property(selection, id, id, fc.boolean(), automatic, (settings, queueId, accountId, trusted, more) => {
        const message = { ...messageOf('one'), queueId, accountId, trusted, ...more }
        expect(selects({ ...settings }, message)).toBe(planningSelects({ selection: settings }, message))
      }),
    )
  })

  test('leave out those that have a delivery, unless a person asks for them', () => {
    const found = { messageIds: ['one', 'two', 'three'], planned: new Set(['two', 'older']) }
    expect(chosenOf(found, false)).toEqual(['one', 'three'])
    expect(chosenOf(found, true)).toEqual(['one', 'two', 'three'])
  })

  test('are those of whole days in the reader’s zone', () => {
    const range = rangeOf('2026-03-01', '2026-03-01')
    expect(range && Date.parse(range.to) - Date.parse(range.from)).toBe(24 * 60 * 60_000 - 1)
    expect(range && new Date(range.from).getHours()).toBe(0)
    expect(rangeOf('2026-03-02', '2026-03-01')).toBeUndefined()
    expect(rangeOf('', '2026-03-01')).toBeUndefined()
  })
})
