import { mail } from '../sample-mails.ts'

/** One part of a message: its header and its body, as written. */
export type Part = string

/** The content has one character per byte. */
export const part = (contentType: string, content: string, ...header: string[]): Part =>
  [...(contentType ? [`Content-Type: ${contentType}`] : []), ...header, '', content].join('\r\n')

let boundaries = 0
const multipart =
  (subtype: string) =>
  (...parts: Part[]): Part => {
    boundaries += 1
    const boundary = `=_${boundaries}`
    const body = parts.flatMap((one) => [`--${boundary}`, one])
    return part(`multipart/${subtype}; boundary="${boundary}"`, [...body, `--${boundary}--`, ''].join('\r\n'))
  }
export const mixed = multipart('mixed')
export const alternative = multipart('alternative')
export const related = multipart('related')
export const report = multipart('report; report-type=delivery-status')
export const signed = multipart('signed; micalg=pgp-sha256; protocol="application/pgp-signature"')
export const digest = multipart('digest')
export const parallel = multipart('parallel')

export const plain = (content: string, ...header: string[]) => part('text/plain; charset=utf-8', content, ...header)
export const html = (content: string, ...header: string[]) => part('text/html; charset=utf-8', content, ...header)
export const image = part('image/png; name=x.png', 'PNG', 'Content-ID: <x@example.org>', 'Content-Disposition: inline')
export const pdf = part('application/pdf; name=x.pdf', 'PDF', 'Content-Disposition: attachment')

/** A message whose body is the part. */
export const messageWith = (content: Part): Buffer => mail('From: jane@example.org', 'MIME-Version: 1.0', content)
