import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { signedContentOf } from '../../../../../lib/messages/view/signed/smime.ts'
import { ber, cms, der, oids, opensslBer, opensslDer, signed, signedEntity } from './signed-samples.ts'

const mebi = 1024 * 1024
const octets = (text: string) => der(0x04, Buffer.from(text))
const contentOf = (bytes: Buffer) => signedContentOf(bytes)?.toString('latin1')

describe('signedContentOf', () => {
  test.each([
    ['DER', opensslDer],
    ['BER', opensslBer],
  ])('signedContentOf finds the content that OpenSSL signed and wrote as %s', (_, bytes) => {
    expect(contentOf(bytes)).toBe(signedEntity.toString('latin1'))
  })

  test.each([
    ['one octet string', cms(octets('abc'))],
    ['definite segments', cms(der(0x24, octets('a'), octets(''), octets('bc')))],
    ['indefinite segments', cms(ber(0x24, octets('a'), octets('bc')), ber)],
    ['nested segments of a string', cms(ber(0x24, der(0x24, octets('a'), ber(0x24, octets('b'))), octets('c')), ber)],
    ['digest algorithms of indefinite length', cms(octets('abc'), der, { digests: ber(0x31, ber(0x30, oids.data)) })],
    ['certificates that are not ASN.1', cms(octets('abc'), der, { rest: Buffer.alloc(100, 0xff) })],
    ['nothing after the content', cms(octets('abc'), der, { rest: Buffer.alloc(0) })],
    ['bytes after the object', Buffer.concat([signed(Buffer.from('abc')), Buffer.from('\r\n')])],
    [
      'lengths with leading zeros',
      Buffer.from(signed(Buffer.from('abc')).toString('hex').replace(/0403/, '048400000003'), 'hex'),
    ],
  ])('signedContentOf reads %s', (_, bytes) => {
    expect(contentOf(bytes)).toBe('abc')
  })

  test('signedContentOf reads 30 MiB in one piece and in segments of 1,000 bytes', () => {
    const large = Buffer.alloc(30 * mebi, 'Signed text.\r\n')
    const segments = Array.from({ length: Math.ceil(large.length / 1000) }, (_, index) =>
      der(0x04, large.subarray(index * 1000, (index + 1) * 1000)),
    )
    for (const bytes of [signed(large), cms(ber(0x24, ...segments), ber)]) {
      const started = performance.now()
      expect(signedContentOf(bytes)?.equals(large)).toBe(true)
      expect(performance.now() - started).toBeLessThan(5_000)
    }
  })

  test.each([
    ['nothing', Buffer.alloc(0)],
    ['text', signedEntity],
    ['encrypted data', cms(octets('abc'), der, { type: oids.envelopedData })],
    ['compressed data', cms(octets('abc'), der, { type: oids.compressedData })],
    ['content that is not data', cms(octets('abc'), der, { contentType: oids.envelopedData })],
    [
      'certificates only',
      der(
        0x30,
        oids.signedData,
        der(0xa0, der(0x30, octets(''), der(0x31), der(0x30, oids.data), der(0xa0, der(0x30)))),
      ),
    ],
    ['content without octets', cms(der(0x30, octets('abc')))],
    ['an end without a beginning', cms(Buffer.alloc(2))],
    ['an end within a definite length', cms(der(0x24, octets('a'), Buffer.alloc(2)))],
    ['segments that are longer than the string', cms(Buffer.from([0x24, 2, 4, 3, 97, 98, 99]))],
  ])('signedContentOf ignores %s', (_, bytes) => {
    expect(signedContentOf(bytes)).toBeUndefined()
  })

  test('signedContentOf never returns part of a truncated content', () => {
    for (const whole of [opensslDer, opensslBer])
      for (let length = 0; length < whole.length; length += 1)
        expect([undefined, signedEntity.toString('latin1')]).toContain(contentOf(whole.subarray(0, length)))
  })

  test.each([
    ['nested sequences', Buffer.alloc(32 * mebi, Buffer.from([0x30, 0x80]))],
    ['nested algorithms', cms(octets('a'), der, { digests: Buffer.alloc(32 * mebi, Buffer.from([0x30, 0x80])) })],
    ['nested segments', cms(Buffer.alloc(32 * mebi, Buffer.from([0x24, 0x80])))],
    ['tiny segments', cms(ber(0x24, Buffer.alloc(32 * mebi, Buffer.from([0x04, 0]))))],
    ['ends', cms(Buffer.alloc(32 * mebi))],
    ['an object identifier', cms(octets('a'), der, { contentType: der(0x06, Buffer.alloc(mebi, 1)) })],
    ['a length of 4 GiB', Buffer.from([0x30, 0x84, 0xff, 0xff, 0xff, 0xff])],
    ['a length of 126 bytes', Buffer.concat([Buffer.from([0x30, 0xfe]), Buffer.alloc(126, 0xff)])],
  ])('signedContentOf rejects hostile %s immediately', (_, bytes) => {
    const started = performance.now()
    expect(signedContentOf(bytes)).toBeUndefined()
    expect(performance.now() - started).toBeLessThan(5_000)
  })

  test('signedContentOf handles any bytes', () => {
    const byte = fc.oneof(
      fc.constantFrom(0, 4, 6, 0x24, 0x30, 0x80, 0x84, 0xa0, 0xff),
      fc.integer({ max: 255, min: 0 }),
    )
    const change = fc.tuple(fc.nat(opensslBer.length - 1), byte)
    fc.assert(
      fc.property(fc.constantFrom(opensslDer, opensslBer), fc.array(change, { maxLength: 8 }), (sample, changes) => {
        const bytes = Buffer.from(sample)
        for (const [at, value] of changes) bytes[at] = value
        signedContentOf(bytes)
      }),
      { numRuns: 20_000 },
    )
  })
})
