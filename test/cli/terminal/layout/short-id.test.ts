import { expect, it } from 'vitest'
import { shortLength } from '../../../../cli/terminal/layout/short-id.ts'

const ulid = (end: string) => `01JNBZ4ZQ0V7M3T9H2K5W8${end}`

it.each([
  ['no ids', [], 0],
  ['a ULID', [ulid('XACC')], 14],
  ['a hash', ['5f'.repeat(32)], 12],
  ['the same id twice', [ulid('XACC'), ulid('XACC')], 14],
  ['two ULIDs that differ in the 24th character', [ulid('XACC'), ulid('XBCC')], 24],
  ['two ULIDs that differ early', [ulid('XACC'), '01JNBZ5ZQ0V7M3T9H2K5W8XACC'], 14],
])('the ids of a list are shortened, but remain unique: %s', (_, ids, length) => {
  expect(shortLength(ids)).toBe(length)
})
