import type { ConnectionObserver } from '../../network/connect.ts'
import { type HttpResult, isAnswer } from '../../network/http-exchange.ts'
import type { TlsFacts } from '../../network/presented-certificate.ts'
import { cutTo, printable } from '../../text/printable.ts'
import type { Outcome } from '../ledger/outcome.ts'
import type { Receiver } from './receiver.ts'
import { quoteOf } from './receiver-answer.ts'

/** In characters. */
const longestLocation = 200

/** Records a request for a person, step by step and without secrets. */
export const transcriptOf = ({ url, mode, keys, headers, redact }: Receiver) => {
  const lines = [`Postmaster sends a sample in the mode \`${mode}\` to ${url.origin}.`]
  const observer: ConnectionObserver = {
    connected: (address) => {
      lines.push(`The connection to ${address} is open.`)
    },
    secured: (tls) => {
      lines.push(...tlsLines(tls))
    },
  }
  const transcript = (result: HttpResult, { detail }: Pick<Outcome, 'detail'>): string[] => {
    if (result.bytes > 0) lines.push(sentLine(result.bytes, keys.length, Object.keys(headers)))
    if (!isAnswer(result)) return [...lines, detail]
    lines.push(`The receiver responded with status ${result.status}.`)
    if (result.location !== undefined)
      lines.push(
        `It redirects to ${cutTo(printable(redact(result.location)), longestLocation)}. Postmaster does not follow redirects.`,
      )
    if (result.retryAfter !== undefined)
      lines.push(`It asks for a pause: Retry-After: ${cutTo(printable(redact(result.retryAfter)), longestLocation)}.`)
    const quote = quoteOf(result.body, redact)
    lines.push(quote === undefined ? 'The response has no body.' : `The response begins with: ${quote}`)
    return lines
  }
  return { observer, transcript }
}

const tlsLines = ({ version, certificate }: TlsFacts): string[] => [
  certificate
    ? `${version} is established. The certificate of ${certificate.subject} is valid until ${certificate.validTo}.`
    : `${version} is established.`,
]

const sentLine = (bytes: number, signatures: number, names: readonly string[]): string => {
  const signed = signatures === 1 ? 'one signature' : `${signatures} signatures`
  const auth = names.length === 0 ? '' : ` and the header ${names.join(', ')}`
  return `${bytes} bytes were sent with ${signed}${auth}.`
}
