import type { FrameTrait } from '../compose.ts'
import type { Frame } from '../message.ts'

const latin1 = (text: string): Buffer => Buffer.from(text, 'latin1')
const crlf = (header: readonly string[], body: string): string => [...header, '', body].join('\r\n')
const frame = (
  name: string,
  source: string,
  write: (header: readonly string[], body: string) => string,
): FrameTrait => ({
  name,
  frame: ((header, body) => latin1(write(header, body))) satisfies Frame,
  source,
})

/** Ways to end the lines of the header and the header itself, with any structure. */
export const frames: readonly FrameTrait[] = [
  frame('CRLF', 'RFC 5322 section 2.1', crlf),
  frame('bare LF', 'a common fault', (header, body) => crlf(header, body).replaceAll('\r\n', '\n')),
  frame(
    'a header with LF and a body with CRLF',
    'a common fault',
    (header, body) => `${header.join('\n').replaceAll('\r\n', '\n')}\n\n${body}`,
  ),
  frame(
    'CRLF and then a bare LF as the blank line',
    'a common fault',
    (header, body) => `${header.join('\r\n')}\r\n\n${body}`,
  ),
  frame('LF and then CRLF as the blank line', 'a common fault', (header, body) => `${header.join('\n')}\n\r\n${body}`),
  frame('a leading blank line', 'a common fault', (header, body) => `\r\n${crlf(header, body)}`),
  frame('three leading blank lines', 'a common fault', (header, body) => `\r\n\n\r\n${crlf(header, body)}`),
  frame(
    'an mbox line',
    'RFC 4155',
    (header, body) => `From writer@example.net Mon Mar  2 08:09:51 2026\r\n${crlf(header, body)}`,
  ),
  frame('a line without a colon', 'RFC 5322 section 2.2', (header, body) => crlf([...header, 'no field'], body)),
  frame('a header of 300 KiB', 'docs/reading-messages.md', (header, body) =>
    crlf([...header, ...Array.from({ length: 5000 }, () => `X-Filler: ${'x'.repeat(50)}`)], body),
  ),
  frame('a header of 2 MiB', 'docs/reading-messages.md', (header, body) =>
    crlf([...header, ...Array.from({ length: 30_000 }, () => `Received: ${'x'.repeat(60)}`)], body),
  ),
]
