import { expect, test } from 'vitest'
import { filtersOf, isRestricted, noFilters, withFilters } from '../../../../web/messages/list/filters.ts'

test('the filters of the message list survive the way into the address and back', () => {
  const filters = { queueId: 'q1', accountId: 'a1', state: 'unparsed', time: '24h' } as const
  const address = withFilters(new URLSearchParams('text=printer'), filters)
  expect(address.toString()).toBe('text=printer&queue=q1&account=a1&state=unparsed&time=24h')
  expect(filtersOf(address)).toEqual(filters)
})

test('a filter that is cleared leaves the address, and the text filter stays', () => {
  expect(withFilters(new URLSearchParams('queue=q1&text=printer'), noFilters).toString()).toBe('text=printer')
})

test('an address with an unknown state or time restricts nothing', () => {
  expect(filtersOf(new URLSearchParams('state=lost&time=soon'))).toEqual(noFilters)
})

test('the time alone does not count as a restriction, because the list always has one', () => {
  expect(isRestricted({ ...noFilters, time: '1h' })).toBe(false)
  expect(isRestricted({ ...noFilters, state: 'stored' })).toBe(true)
})
