import { between, seededRandom } from '../../mail-server/random.ts'
import { base64, lines } from '../message.ts'

type Random = () => number
type Mutation = (text: string, random: Random, other: () => string) => string

/** In characters. Longer messages take longer to read and do not break anything else. */
const longest = 64 * 1024

/**
 * Changes one of the messages at random, in the same way for each seed and number.
 * @param messages one character per byte
 */
export const mutatedMessage = (messages: readonly string[], seed: number, number: number): Buffer => {
  const random = seededRandom(Math.imul(seed, 0x9e3779b1) ^ Math.imul(number, 0x85ebca6b))
  const other = () => oneOf(messages, random)
  let text = other()
  for (let left = between(random, 1, 4); left > 0; left -= 1) text = oneOf(mutations, random)(text, random, other)
  return Buffer.from(text.slice(0, longest), 'latin1')
}

const oneOf = <T>(all: readonly T[], random: Random): T => {
  const one = all[between(random, 0, all.length - 1)]
  if (one === undefined) throw new Error('There is nothing to choose from.')
  return one
}

const charsets = ['utf-8', 'utf-7', 'us-ascii', 'iso-2022-jp', 'utf-16le', 'gb18030', 'x-none', '"', '', 'utf-8*de']
const encodings = ['base64', 'quoted-printable', '8bit', 'x-uuencode', 'binary', '(', '', '7bit; x']
const boundaries = ['', '"', 'm', '"m"', 'm-', '=_', '--', 'x'.repeat(80), '"\\"']
const types = [
  ...['text/plain', 'text/html', 'message/rfc822', 'message/delivery-status', 'multipart/mixed; boundary=m', 'text'],
  ...['multipart/alternative; boundary=a', 'multipart/digest; boundary=m', 'multipart/related', 'multipart/report'],
  ...[
    'application/pkcs7-mime; smime-type=signed-data',
    'application/octet-stream; name="a.html"',
    '',
    '/',
    'text/html,',
  ],
]
const dictionary = [
  ...[
    '\r\n',
    '\n',
    '\r',
    '\r\n\r\n',
    '\n\n',
    '\r\r',
    '\r\n ',
    '\r\n\t',
    '\0',
    '\x1b$B',
    '\ufeff',
    '\xff',
    '\xc3',
    '\x80',
  ],
  ...[
    '"',
    '\\',
    '(',
    ')',
    '<',
    '>',
    '@',
    ',',
    ';',
    ':',
    '=',
    '?',
    '=?',
    '?=',
    '=?utf-8?Q?',
    '=?x?B?',
    "''",
    '%',
    "*0*=utf-8''%C3",
  ],
  ...[
    '--m',
    '--m--',
    '\r\n--m\r\n',
    '\r\n--a\r\n',
    'begin 644 x\r\n',
    '`\r\nend\r\n',
    'To: ',
    'Subject:',
    'X-OTOBO-Loop: yes\r\n',
  ],
  ...[
    '<script>alert(1)</script>',
    '<svg onload=x()>',
    '<math><mtext><style>',
    '<!--',
    '-->',
    '<![CDATA[',
    '<a href="javascript:x()">',
  ],
  ...[
    '<img src=x onerror=x()>',
    '<noscript>',
    '</noscript>',
    '<object>',
    '<title>',
    '&#0;',
    '&lt;script&gt;',
    '<b>',
    '<meta charset=utf-7>',
  ],
  ...[
    '+ADw-script+AD4-',
    '=00',
    '=3Cscript=3E',
    '09:09:51 +9999',
    '(((',
    '))',
    '\x30\x80',
    '\xa0\x80',
    '\x24\x80\x04\x02',
  ],
]

const somewhere = (text: string, random: Random): number => between(random, 0, text.length)

/** A range whose length is usually short. */
const range = (text: string, random: Random): readonly [number, number] => {
  const from = somewhere(text, random)
  const length = between(random, 1, random() < 0.7 ? 40 : 4000)
  return [from, Math.min(text.length, from + length)]
}

const inserted = (text: string, at: number, more: string): string => text.slice(0, at) + more + text.slice(at)

const flipBytes: Mutation = (text, random) => {
  const bytes = Buffer.from(text, 'latin1')
  for (let left = between(random, 1, 8); left > 0 && bytes.length > 0; left -= 1)
    bytes[between(random, 0, bytes.length - 1)] = between(random, 0, 255)
  return bytes.toString('latin1')
}

const removeRange: Mutation = (text, random) => {
  const [from, to] = range(text, random)
  return text.slice(0, from) + text.slice(to)
}

const cutEnd: Mutation = (text, random) => text.slice(0, somewhere(text, random))

const repeatRange: Mutation = (text, random) => {
  const [from, to] = range(text, random)
  const times = random() < 0.9 ? between(random, 1, 5) : between(random, 50, 2000)
  return inserted(text, from, text.slice(from, to).repeat(times).slice(0, longest))
}

const changeLineEnds: Mutation = (text, random) => {
  const ends = oneOf([['\n'], ['\r'], ['\r\n', '\n'], ['\r\n', '\r', '\n'], ['\r\r\n'], ['\r\n \r\n']], random)
  return text.replaceAll(/\r\n|\r|\n/g, () => oneOf(ends, random))
}

const shuffleHeader: Mutation = (text, random) => {
  const [header = '', ...rest] = text.split('\r\n\r\n')
  const shuffled = header
    .split(/\r\n(?![ \t])/)
    .map((line) => ({ line, at: random() }))
    .sort((one, other) => one.at - other.at)
    .map(({ line }) => line)
  return [shuffled.join('\r\n'), ...rest].join('\r\n\r\n')
}

const swapped =
  (pattern: RegExp, values: readonly string[]): Mutation =>
  (text, random) =>
    text.replaceAll(pattern, (whole, name: string) => (random() < 0.6 ? `${name}${oneOf(values, random)}` : whole))

const splice: Mutation = (text, random, other) => {
  const end = other()
  return text.slice(0, somewhere(text, random)) + end.slice(somewhere(end, random))
}

/** Combines the header of one message with the body of another one. */
const swapBody: Mutation = (text, _random, other) => {
  const [header = ''] = text.split('\r\n\r\n', 1)
  const whole = other()
  const at = whole.indexOf('\r\n\r\n')
  return header + (at === -1 ? whole : whole.slice(at))
}

const insertWord: Mutation = (text, random) => inserted(text, somewhere(text, random), oneOf(dictionary, random))

const insertMany: Mutation = (text, random) =>
  inserted(
    text,
    somewhere(text, random),
    oneOf(dictionary, random).repeat(between(random, 2, random() < 0.9 ? 20 : 4000)),
  )

const wrap: Mutation = (text, random) =>
  lines(
    `To: support@example.com`,
    'Subject: Outer',
    'Content-Type: multipart/mixed; boundary=wrap',
    '',
    '--wrap',
    ...(random() < 0.5
      ? ['Content-Type: message/rfc822', '', text]
      : ['Content-Type: text/html', 'Content-Transfer-Encoding: base64', '', base64(text)]),
    '--wrap--',
  )

const mutations: readonly Mutation[] = [
  ...[
    flipBytes,
    removeRange,
    cutEnd,
    repeatRange,
    changeLineEnds,
    shuffleHeader,
    splice,
    swapBody,
    insertWord,
    insertMany,
    wrap,
  ],
  swapped(/(charset\s*=\s*)[^\s;]*/gi, charsets),
  swapped(/(boundary\s*=\s*)[^\s;]*/gi, boundaries),
  swapped(/(Content-Transfer-Encoding: ?)[^\r\n]*/gi, encodings),
  swapped(/(Content-Type: ?)[^\r\n]*/gi, types),
]
