import { describe, expect, test } from 'vitest'
import { conditionOf, countText, deliveriesPath } from '../../../../web/destinations/destination.ts'

const warning = { code: 'agent-silent', detail: 'No agent asks.', remedy: 'Start it.' }

describe('the condition of a destination', () => {
  test.each([
    ['works', { validity: 'valid', status: { state: 'ok', warnings: [] } }],
    ['attention', { validity: 'valid', status: { state: 'ok', warnings: [warning] } }],
    ['failing', { validity: 'valid', status: { state: 'failing', warnings: [warning] } }],
    ['suspended', { validity: 'valid', status: { state: 'suspended', warnings: [warning] } }],
    ['paused', { validity: 'invalid-temporarily', status: { state: 'failing', warnings: [warning] } }],
    ['paused', { validity: 'invalid', status: { state: 'ok', warnings: [] } }],
  ] as const)('is %s', (condition, { validity, status: { state, warnings } }) => {
    expect(conditionOf({ validity, status: { state, warnings: [...warnings] } })).toBe(condition)
  })
})

test('a count that the API limits says that there may be more', () => {
  expect(countText(12)).toBe('12')
  expect(countText(1000)).toBe('1,000 or more')
})

test('the list of a destination’s deliveries has an address', () => {
  expect(deliveriesPath('d1')).toBe('/deliveries?destination=d1')
  expect(deliveriesPath('d1', 'open')).toBe('/deliveries?destination=d1&state=open')
})
