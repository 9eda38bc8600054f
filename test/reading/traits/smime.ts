import type { StructureTrait } from '../compose.ts'
import { base64, type Entity, entity, multipart, pdf, writtenEntity } from '../message.ts'

const bytes = (...values: readonly number[]): Buffer => Buffer.from(values)

/** The length octets of X.690 section 8.1.3, always in the short or the four-octet form. */
const lengthOf = (content: Buffer): Buffer => {
  if (content.length < 0x80) return bytes(content.length)
  const long = Buffer.alloc(5)
  long[0] = 0x84
  long.writeUInt32BE(content.length, 1)
  return long
}

const der = (tag: number, ...content: readonly Buffer[]): Buffer => {
  const whole = Buffer.concat(content)
  return Buffer.concat([bytes(tag), lengthOf(whole), whole])
}

/** The indefinite form of X.690 section 8.1.3.6. */
const ber = (tag: number, ...content: readonly Buffer[]): Buffer =>
  Buffer.concat([bytes(tag, 0x80), ...content, bytes(0, 0)])

const sequence = 0x30
const set = 0x31
const explicit = 0xa0
const octets = 0x04
const constructedOctets = 0x24
const version1 = der(0x02, bytes(1))
const oid = (...last: readonly number[]) => der(0x06, bytes(0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x07, ...last))
const data = oid(1)
const signedData = oid(2)
const envelopedData = oid(3)

/** SignedData without certificates and signers (RFC 5652 section 5.1). Readers do not verify it. */
const derOf = (content: Buffer): Buffer =>
  der(
    sequence,
    signedData,
    der(
      explicit,
      der(sequence, version1, der(set), der(sequence, data, der(explicit, der(octets, content))), der(set)),
    ),
  )

/** The form that programs write if they do not know the length in advance: the content is in pieces of 50 bytes. */
const berOf = (content: Buffer): Buffer => {
  const parts = Array.from({ length: Math.ceil(content.length / 50) }, (_, index) =>
    der(octets, content.subarray(index * 50, index * 50 + 50)),
  )
  return ber(
    sequence,
    signedData,
    ber(
      explicit,
      ber(sequence, version1, der(set), ber(sequence, data, ber(explicit, ber(constructedOctets, ...parts))), der(set)),
    ),
  )
}

const envelope = der(sequence, envelopedData, der(explicit, der(sequence, version1, der(set))))

const opaque = (content: Buffer, type: string): Entity =>
  entity(
    `${type}; name="smime.p7m"`,
    base64(content.toString('latin1')),
    'Content-Transfer-Encoding: base64',
    'Content-Disposition: attachment; filename="smime.p7m"',
  )

const written = (text: Entity): Buffer => Buffer.from(writtenEntity(text), 'latin1')

const unwrapped = (name: string, around: StructureTrait['around']): StructureTrait => ({
  name,
  takes: 'any',
  around,
  shows: (words, kind) => ({ text: words, html: kind === 'html' ? words : null, files: [], signed: true }),
  source: 'RFC 8551 section 3.5.2, RFC 5652 section 5',
})

/** Messages whose text is within a signature. */
export const opaqueStructures: readonly StructureTrait[] = [
  unwrapped('an opaque signature in DER', (text) =>
    opaque(derOf(written(text)), 'application/pkcs7-mime; smime-type=signed-data'),
  ),
  unwrapped('an opaque signature in BER', (text) =>
    opaque(berOf(written(text)), 'application/pkcs7-mime; smime-type=signed-data'),
  ),
  unwrapped('an opaque signature with the old type', (text) =>
    opaque(derOf(written(text)), 'application/x-pkcs7-mime; smime-type=signed-data'),
  ),
  unwrapped('an opaque signature without smime-type', (text) => opaque(derOf(written(text)), 'application/pkcs7-mime')),
  {
    ...unwrapped('a file in an opaque signature', (text) =>
      opaque(derOf(written(multipart('mixed', 'm', text, pdf()))), 'application/pkcs7-mime; smime-type=signed-data'),
    ),
    shows: (words, kind) => ({
      text: words,
      html: kind === 'html' ? words : null,
      signed: true,
      files: [{ name: 'plan.pdf', type: 'application/pdf', bytes: 'PDF' }],
    }),
  },
  {
    ...unwrapped('an encrypted message after a text', (text) =>
      multipart('mixed', 'm', text, opaque(envelope, 'application/pkcs7-mime; smime-type=enveloped-data')),
    ),
    shows: (words, kind) => ({
      text: words,
      html: kind === 'html' ? words : null,
      signed: false,
      files: [{ name: 'smime.p7m', type: 'application/pkcs7-mime', bytes: envelope.toString('latin1') }],
    }),
    source: 'RFC 8551 section 3.3',
  },
]
