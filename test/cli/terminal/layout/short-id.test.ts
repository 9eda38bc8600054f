import { describe, expect, it } from 'vitest'
import { shortIds } from '../../../../cli/terminal/layout/short-id.ts'

const ulid = (end: string) => `01JNBZ4ZQ0V7M3T9H2K5W8${end}`
const hash = (start: string) => start.padEnd(64, 'f')

describe('the ids of a list', () => {
  it.each([
    ['no ids', [], []],
    ['a ULID', [ulid('XACC')], ['01JNBZ4ZQ0V7M3']],
    ['a hash', [hash('5f0c')], ['5f0cffffffff']],
    ['the same id twice', [ulid('XACC'), ulid('XACC')], ['01JNBZ4ZQ0V7M3', '01JNBZ4ZQ0V7M3']],
    ['ULIDs that differ in the 24th character', [ulid('XACC'), ulid('XBCC')], [ulid('XA'), ulid('XB')]],
    ['words', ['microsoft-us-gcc-high', ulid('XACC')], ['microsoft-us-gcc-high', '01JNBZ4ZQ0V7M3']],
    [
      'deliveries of several messages',
      [`${ulid('XDST')}.${hash('5f0c')}`, `${ulid('XDST')}.${hash('6a')}`],
      ['5f0cffffffff', '6affffffffff'],
    ],
    [
      'deliveries of one message to two destinations, and the message itself',
      [`${ulid('XDST')}.${hash('5f0c')}`, `01JNBZ5ZQ0V7M3T9H2K5W8XDST.${hash('5f0c')}`, hash('5f0c')],
      ['01JNBZ4ZQ0.5f0cffffffff', '01JNBZ5ZQ0.5f0cffffffff', '5f0cffffffff'],
    ],
  ])('the ids of a list are shortened, but remain unique: %s', (_, ids, short) => {
    expect(shortIds(ids)).toEqual(short)
  })
})
