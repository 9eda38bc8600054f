import { describe, expect, it } from 'vitest'
import * as z from 'zod'
import { tolerant } from '../../cli/api/tolerant.ts'

const schema = tolerant(
  z.object({
    state: z.enum(['on', 'off']),
    size: z.int().max(10).optional(),
    list: z.array(z.strictObject({ name: z.string().max(3) })).default([]),
    counts: z.record(z.string(), z.strictObject({ n: z.number() })).optional(),
    action: z
      .discriminatedUnion('by', [
        z.strictObject({ by: z.literal('queue'), queueId: z.string() }),
        z.strictObject({ by: z.literal('to-field') }),
      ])
      .optional(),
    since: z.union([z.enum(['new']), z.strictObject({ time: z.iso.datetime() })]).optional(),
  }),
)

describe('schemas that tolerate what a newer API adds', () => {
  it.each<[string, object]>([
    ['an unknown value of an enumeration', { state: 'dim' }],
    ['a number above the limit', { size: 11.5 }],
    ['a longer text and an unknown field in a list', { list: [{ name: 'long', more: { x: 1 } }] }],
    ['an unknown field in a record', { counts: { constructor: { n: 1, more: 2 } } }],
    ['an unknown variant', { action: { by: 'sender', rule: 1 } }],
    ['an unknown field in a known variant', { action: { by: 'queue', queueId: 'q', more: 1 } }],
    ['an unknown alternative', { since: 'then' }],
    ['another format', { since: { time: 'noon', zone: 'UTC' } }],
    ['an unknown field', { more: 1 }],
  ])('a tolerant schema accepts and keeps %s', (_, difference) => {
    const value = { state: 'on', list: [], ...difference }
    expect(schema.parse(value)).toEqual(value)
  })

  it.each<[string, object]>([
    ['a missing field', { state: undefined }],
    ['another type', { size: '1' }],
    ['an item of another type', { list: ['x'] }],
    ['a known variant without its field', { action: { by: 'queue' } }],
    ['a variant without its discriminator', { action: {} }],
  ])('a tolerant schema rejects %s', (_, difference) => {
    expect(schema.safeParse({ state: 'on', ...difference }).success).toBe(false)
  })

  it('a tolerant schema keeps the default of a field that an older API omits', () => {
    expect(schema.parse({ state: 'on' })).toEqual({ state: 'on', list: [] })
  })
})
