import { expect, it } from 'vitest'
import { productPolicies } from './support/product-policies.ts'

it.each<[string, Record<string, string>]>([
  ['default', {}],
  ['customerKey=all', { customerKey: 'all' }],
])('the local run can evaluate every policy of the templates (%s)', (_, context) => {
  const { callers, check } = productPolicies(context)
  const granted = new Set(check.grantUses().map(({ functionId }) => functionId))
  expect(callers.map(({ id }) => id).filter((id) => !granted.has(id))).toEqual([])
})
