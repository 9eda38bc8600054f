import { describe, expect, test } from 'vitest'
import { isSigned, unwrappedParts } from '../../../../../lib/messages/view/signed/signed-parts.ts'
import { mail, pieces } from '../sample-mails.ts'
import { opensslBer, opensslDer, signed, signedEntity, signedMail } from './signed-samples.ts'

const mebi = 1024 * 1024

interface Read {
  readonly type: string
  readonly text: string
  readonly signed: boolean
  readonly around: string
}

const read = async (bytes: Buffer, size = 64 * 1024): Promise<Read[]> => {
  const found: Read[] = []
  for await (const part of unwrappedParts(pieces(bytes, size), AbortSignal.timeout(60_000))) {
    const chunks: Buffer[] = []
    for await (const chunk of part.content) chunks.push(chunk)
    const around = part.containers.map(({ contentType, position }) => `${contentType} ${position}`).join(', ')
    found.push({
      type: part.contentType,
      text: Buffer.concat(chunks).toString('latin1').trim(),
      signed: isSigned(part),
      around,
    })
  }
  return found
}
const entity = (text: string) => mail('Content-Type: text/plain', '', text)
const typeOf = async (bytes: Buffer) => (await read(bytes)).map(({ type }) => type)

describe('unwrappedParts', () => {
  test.each([
    ['DER', opensslDer],
    ['BER', opensslBer],
  ])(
    'unwrappedParts yields the parts inside a signature in %s, whatever the size of the chunks',
    async (_, content) => {
      for (const size of [1, 100, mebi])
        expect(await read(signedMail(content), size)).toEqual([
          {
            type: 'text/plain',
            text: 'Signed text.',
            signed: true,
            around: 'application/pkcs7-mime 0, multipart/mixed 0',
          },
          {
            type: 'application/pdf',
            text: '%PDF',
            signed: true,
            around: 'application/pkcs7-mime 0, multipart/mixed 0',
          },
        ])
    },
  )

  test.each([
    ['with the older name', 'Content-Type: application/x-pkcs7-mime; smime-type=signed-data; name="smime.p7m"'],
    ['without its smime-type', 'Content-Type: application/pkcs7-mime'],
    ['with a wrong smime-type', 'Content-Type: application/pkcs7-mime; smime-type=enveloped-data'],
    ['in capitals', 'CONTENT-TYPE: APPLICATION/PKCS7-MIME; SMIME-TYPE=SIGNED-DATA'],
    ['as a file without a type', 'Content-Type: application/octet-stream; name=SMIME.P7M'],
    [
      'as an attached file',
      'Content-Type: application/octet-stream\r\nContent-Disposition: attachment; filename="smime.p7m"',
    ],
  ])('unwrappedParts opens a signature that is declared %s', async (_, header) => {
    expect(await typeOf(signedMail(opensslDer, header))).toEqual(['text/plain', 'application/pdf'])
  })

  test.each([
    ['another type', 'Content-Type: application/zip; name=smime.p7m'],
    ['another name', 'Content-Type: application/octet-stream; name=smime.bin'],
    ['a detached signature', 'Content-Type: application/pkcs7-signature; name=smime.p7s'],
  ])('unwrappedParts leaves %s alone', async (_, header) => {
    expect(await read(signedMail(opensslDer, header))).toMatchObject([
      { text: opensslDer.toString('latin1').trim(), signed: false },
    ])
  })

  test('unwrappedParts keeps the order of the parts around a signature', async () => {
    const part = (lines: Buffer) => ['--b', lines.toString('latin1')]
    const bytes = mail(
      ...['Content-Type: multipart/mixed; boundary=b', ''],
      ...part(entity('before')),
      ...part(signedMail(signed(entity('inside')))),
      ...part(signedMail(signed(signedEntity))),
      ...part(mail('Content-Type: application/pkcs7-mime; name=smime.p7m', '', 'not a signature')),
      ...part(entity('after')),
      '--b--',
    )
    expect((await read(bytes, 7)).map(({ text, around }) => `${text}: ${around}`)).toEqual([
      'before: multipart/mixed 0',
      'inside: multipart/mixed 0, application/pkcs7-mime 1',
      'Signed text.: multipart/mixed 0, application/pkcs7-mime 2, multipart/mixed 0',
      '%PDF: multipart/mixed 0, application/pkcs7-mime 2, multipart/mixed 0',
      'not a signature: multipart/mixed 0',
      'after: multipart/mixed 0',
    ])
  })

  test('unwrappedParts gives all parts inside a multipart the same container', async () => {
    const containers = new Set<unknown>()
    for await (const part of unwrappedParts(pieces(signedMail(opensslDer)), new AbortController().signal))
      for (const container of part.containers) containers.add(container)
    expect(containers.size).toBe(2)
  })

  test('unwrappedParts continues after parts that its reader does not read', async () => {
    const bytes = mail(
      ...['Content-Type: multipart/mixed; boundary=b', '', '--b'],
      signedMail(Buffer.alloc(33 * mebi)).toString('latin1'),
      ...['--b', signedMail(opensslDer).toString('latin1'), '--b', '', 'after', '--b--'],
    )
    const types: string[] = []
    for await (const part of unwrappedParts(pieces(bytes, mebi), AbortSignal.timeout(60_000)))
      types.push(part.contentType)
    expect(types).toEqual(['application/pkcs7-mime', 'text/plain', 'application/pdf', 'text/plain'])
  })

  test('unwrappedParts opens five nested signatures, and returns the sixth as a part', async () => {
    const nested = (times: number) => {
      let bytes = entity('inside')
      for (let level = 0; level < times; level += 1)
        bytes = Buffer.concat([Buffer.from('Content-Type: application/pkcs7-mime\r\n\r\n'), signed(bytes)])
      return bytes
    }
    expect(await read(nested(5))).toMatchObject([{ type: 'text/plain', text: 'inside' }])
    expect(await typeOf(nested(6))).toEqual(['application/pkcs7-mime'])
    const thousand = nested(1_000)
    const started = performance.now()
    expect(await typeOf(thousand)).toEqual(['application/pkcs7-mime'])
    expect(performance.now() - started).toBeLessThan(5_000)
  })

  test('unwrappedParts does not open signatures of more than 32 MiB together', async () => {
    const large = signedMail(signed(entity('x'.repeat(20 * mebi))))
    expect(await typeOf(large)).toEqual(['text/plain'])
    expect(await typeOf(signedMail(signed(large)))).toEqual(['application/pkcs7-mime'])
    const [file] = await read(signedMail(signed(entity('x'.repeat(33 * mebi)))), mebi)
    expect(file).toMatchObject({ type: 'application/pkcs7-mime', signed: false })
    expect(file?.text.length).toBeGreaterThan(33 * mebi)
  }, 60_000)

  test('unwrappedParts yields at most 1,000 parts, wherever they are', async () => {
    const parts = mail('Content-Type: multipart/mixed; boundary=s', '', ...Array(400).fill('--s\r\n\r\nx'), '--s--')
    const bytes = mail(
      ...['Content-Type: multipart/mixed; boundary=b', ''],
      ...Array(3)
        .fill(['--b', signedMail(signed(parts)).toString('latin1')])
        .flat(),
      '--b--',
    )
    await expect(read(bytes)).rejects.toMatchObject({ code: 'too-complex' })
  })

  test('unwrappedParts passes on the error of a source that ends early', async () => {
    async function* broken() {
      yield signedMail(opensslDer).subarray(0, 300)
      throw new Error('the connection was lost')
    }
    const reading = async () => {
      for await (const _ of unwrappedParts(broken(), new AbortController().signal));
    }
    await expect(reading()).rejects.toThrow('the connection was lost')
  })

  test('unwrappedParts returns a signature that was cut as a part', async () => {
    const whole = signedMail(signed(entity('inside')))
    expect(await typeOf(whole.subarray(0, whole.length - 20))).toEqual(['application/pkcs7-mime'])
  })
})
