import { between, seededRandom } from './random.ts'

/** Our own mail, with the same bytes in every run: well-formed samples by size. */

export interface SampleOptions {
  /** The To address, or a function from the message's number (from 0) to its To address. */
  readonly to?: string | ((index: number) => string)
  readonly seed?: number
  /** The number of the first message, so that two calls create different messages. */
  readonly from?: number
}

const words =
  'ticket printer invoice delivery account password meeting customer network office update warranty screen order ' +
  'question answer please thanks regarding attached since yesterday morning server cannot open folder again urgent'
const vocabulary = words.split(' ')

const kilo = 1024
const mega = 1024 * kilo
/** RFC 2045 section 6.8: base64 lines have 76 characters. */
const base64Line = 76

const text = (random: () => number, length: number): string => {
  let lines = ''
  let line = ''
  while (lines.length + line.length < length) {
    line += `${vocabulary[between(random, 0, vocabulary.length - 1)]} `
    if (line.length > 64) {
      lines += `${line.trimEnd()}\r\n`
      line = ''
    }
  }
  return `${lines}${line.trimEnd()}\r\n`
}

/** Base64 is incompressible and generated once. Attachments are cut out of it. */
let base64Pool: Buffer | undefined

const attachment = (random: () => number, length: number): Buffer => {
  if (!base64Pool) {
    const source = seededRandom(76)
    const bytes = Buffer.alloc(48 * kilo)
    for (let at = 0; at < bytes.length; at += 4) bytes.writeUInt32LE(Math.floor(source() * 2 ** 32), at)
    base64Pool = Buffer.from(bytes.toString('base64').replace(/.{76}/g, '$&\r\n'))
  }
  const lineLength = base64Line + 2
  const lines = Math.max(1, Math.floor(length / lineLength))
  const start = between(random, 0, 99) * lineLength
  const bytes = Buffer.alloc(lines * lineLength)
  const poolLines = Math.floor(base64Pool.length / lineLength)
  const pool = base64Pool.subarray(0, poolLines * lineLength)
  for (let at = 0; at < bytes.length; ) {
    const from = (start + at) % pool.length
    at += pool.copy(bytes, at, from)
  }
  return bytes
}

const header = (index: number, options: SampleOptions, more: readonly string[]): string => {
  const { to = 'support@example.com' } = options
  const date = new Date(Date.UTC(2026, 0, 5, 8) + index * 60_000).toUTCString().replace('GMT', '+0000')
  return [
    `Received: from client${index % 50}.example.net by mail.example.com with ESMTPS id ${index}; ${date}`,
    `Date: ${date}`,
    `From: Customer ${index} <customer${index}@example.net>`,
    `To: ${typeof to === 'string' ? to : to(index)}`,
    `Subject: Sample ${index}`,
    `Message-ID: <sample-${options.seed ?? 1}-${index}@example.net>`,
    'MIME-Version: 1.0',
    ...more,
    '',
    '',
  ].join('\r\n')
}

const plain = (index: number, size: number, random: () => number, options: SampleOptions): Buffer => {
  const head = header(index, options, ['Content-Type: text/plain; charset=us-ascii'])
  return Buffer.from(head + text(random, size - head.length))
}

const withAttachment = (index: number, size: number, random: () => number, options: SampleOptions): Buffer => {
  const boundary = `=_sample_${index}`
  const head = header(index, options, [`Content-Type: multipart/mixed; boundary="${boundary}"`])
  const opening = [
    `--${boundary}`,
    'Content-Type: text/plain; charset=us-ascii',
    '',
    `${text(random, 500)}`,
    `--${boundary}`,
    `Content-Type: application/octet-stream; name="file${index}.bin"`,
    'Content-Transfer-Encoding: base64',
    'Content-Disposition: attachment',
    '',
    '',
  ].join('\r\n')
  const closing = `\r\n--${boundary}--\r\n`
  const file = attachment(random, size - head.length - opening.length - closing.length)
  return Buffer.concat([Buffer.from(head + opening), file, Buffer.from(closing)])
}

const make = (
  count: number,
  options: SampleOptions,
  message: (index: number, random: () => number) => Buffer,
): Buffer[] => {
  const first = options.from ?? 0
  return Array.from({ length: count }, (_, at) => {
    const index = first + at
    return message(index, seededRandom((options.seed ?? 1) * 100_003 + index))
  })
}

/** Text messages of 3 to 6 KB. */
export const smallMessages = (count: number, options: SampleOptions = {}): Buffer[] =>
  make(count, options, (index, random) => plain(index, between(random, 3 * kilo, 6 * kilo), random, options))

/**
 * 70 % of 5-20 KB, 25 % of 100-500 KB, 5 % of 2-10 MB, in a mixed order that repeats every 20 messages: about 0.4 MB on
 * average.
 */
export const mixedMessages = (count: number, options: SampleOptions = {}): Buffer[] =>
  make(count, options, (index, random) => {
    // 7 and 20 have no common divisor, so all twenty places occur, and the large one is not the first.
    const place = (index * 7 + 3) % 20
    if (place < 14) return plain(index, between(random, 5 * kilo, 20 * kilo), random, options)
    if (place < 19) return withAttachment(index, between(random, 100 * kilo, 500 * kilo), random, options)
    return withAttachment(index, between(random, 2 * mega, 10 * mega), random, options)
  })

/** One message of exactly `size` bytes (at least 2,000) in pieces of 64 KiB: `hugeMessage` without its memory usage. */
export function* hugeMessageChunks(size: number, options: SampleOptions = {}): Generator<Buffer> {
  const head = Buffer.from(
    header(options.from ?? 0, options, ['Content-Type: application/octet-stream', 'Content-Transfer-Encoding: base64']),
  )
  yield head
  const piece = attachment(
    seededRandom(options.seed ?? 1),
    Math.floor((64 * kilo) / (base64Line + 2)) * (base64Line + 2),
  )
  const last = Buffer.from('\r\n')
  let left = size - head.length - last.length
  for (; left > 0; left -= piece.length) yield left < piece.length ? piece.subarray(0, left) : piece
  yield last
}

export const hugeMessage = (size: number, options: SampleOptions = {}): Buffer =>
  Buffer.concat([...hugeMessageChunks(size, options)])
