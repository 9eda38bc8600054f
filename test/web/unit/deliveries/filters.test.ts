import { describe, expect, test } from 'vitest'
import { filtersOf, hasTime, noFilters, queryOf, withFilters } from '../../../../web/deliveries/list/filters.ts'

const now = Date.parse('2026-03-02T12:00:00.000Z')
const messageId = '5f0c7d3a91b84e26a7f1d09be3c852647d1f6a0b9c3e58d2471fa6b0c9e3d582'

describe('the filters of the list of deliveries', () => {
  test('an address keeps them, and what it does not understand is ignored', () => {
    const filters = { destination: 'd1', state: 'open', time: '24h', find: '' } as const
    const address = withFilters(new URLSearchParams('tab=1&find=x'), filters)
    expect(address.toString()).toBe('tab=1&destination=d1&state=open&time=24h')
    expect(filtersOf(address)).toEqual(filters)
    expect(filtersOf(new URLSearchParams('state=lost&time=yesterday'))).toEqual(noFilters)
  })

  test('without a time, ended deliveries are listed for 31 days', () => {
    expect(queryOf({ ...noFilters, state: 'delivered' }, now)).toEqual({
      state: 'delivered',
      from: '2026-01-30T12:00:00.000Z',
    })
  })

  test('deliveries that have not ended are listed for all times, even if a time is left over in the address', () => {
    const filters = { ...noFilters, destination: 'd1', state: 'open', time: '1h' } as const
    expect(hasTime(filters)).toBe(false)
    expect(queryOf(filters, now)).toEqual({ destinationId: 'd1', state: 'open' })
  })

  test('a message id is recognised by its form, and every other text is a ticket', () => {
    const others = { ...noFilters, destination: 'd1', state: 'delivered', time: '1h' } as const
    expect(queryOf({ ...others, find: messageId }, now)).toEqual({ messageId })
    expect(queryOf({ ...others, find: 'DEMO-17' }, now)).toEqual({ ticket: 'DEMO-17' })
  })
})
