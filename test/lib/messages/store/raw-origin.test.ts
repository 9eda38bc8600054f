import { describe, expect, test } from 'vitest'
import { metadataOf, originIn, type RawOrigin } from '../../../../lib/messages/store/raw-origin.ts'
import { messageOf } from '../../../support/messages.ts'

const originWith = (source: Partial<RawOrigin['source']> = {}): RawOrigin => {
  const { accountId, accountType, runId, storedAt, ...message } = messageOf('m1')
  return { accountId, accountType, runId, storedAt, source: { ...message.source, ...source } }
}
/** A folder name has at most 250 UTF-16 code units. */
const longest = (text: string) => text.repeat(Math.floor(250 / text.length))

describe('the origin of raw mail as metadata', () => {
  test.each([
    ['an ordinary folder', 'INBOX'],
    ['the longest folder of Chinese characters', longest('漢')],
    ['the longest folder of emoji', longest('📬')],
    ['the longest folder of quotation marks', longest('"\\')],
    ['double spaces, which signatures would change', ' Kunden  Büro '],
    ['a name of an object’s prototype', '__proto__'],
  ])('an origin with %s fits into 2 KB of visible ASCII and can be read again', (_name, folder) => {
    const internalDate = '2026-03-02T08:09:12.000Z'
    const accountId = '01JNBZ4ZQ0V7M3T9H2K5W8XACC'
    const origin = { ...originWith({ folder, internalDate, uid: '4294967295' }), accountId, runId: accountId }
    const metadata = metadataOf(origin)
    const [[key = '', value = ''] = []] = Object.entries(metadata)
    expect(value).toMatch(/^[\x21-\x7e]+$/)
    expect(key.length + value.length).toBeLessThanOrEqual(2048)
    expect(originIn(metadata)).toEqual(origin)
  })

  test('the origin of a POP3 message with the longest UIDL fits', () => {
    const { folder: _, uidValidity: __, ...source } = originWith({ uid: '"'.repeat(256) }).source
    const origin = { ...originWith(), source }
    expect(originIn(metadataOf(origin))).toEqual(origin)
  })

  test('mail is stored without an origin that S3 would refuse', () => {
    expect(metadataOf(originWith({ folder: '漢'.repeat(400) }))).toEqual({})
  })

  test('the metadata contains nothing that the sender wrote', () => {
    expect(JSON.stringify(metadataOf({ ...messageOf('m1') }))).not.toContain('Subject of m1')
  })

  test.each([
    ['no metadata', {}],
    ['text that is not JSON', { 'postmaster-origin': 'INBOX' }],
    ['an origin without a source', { 'postmaster-origin': '{"accountId":"account-1"}' }],
  ])('%s does not count as an origin', (_name, metadata) => {
    expect(originIn(metadata)).toBeUndefined()
  })
})
