import type { StructureTrait } from '../compose.ts'
import {
  base64,
  type Entity,
  entity,
  html,
  lines,
  multipart,
  multipartBody,
  pdf,
  picture,
  plain,
  writtenEntity,
} from '../message.ts'
import { alone, both, file, logo, mixed } from './shown-parts.ts'

const log = (disposition: string): Entity =>
  entity(
    'text/plain; charset=utf-8; name="error.log"',
    'line one',
    `Content-Disposition: ${disposition}; filename="error.log"`,
  )

const inner: Entity = entity(
  'text/plain',
  'Inner words',
  'From: Joe <joe@example.org>',
  'To: sales@example.com',
  'Subject: Inner',
)
const forwarded = entity('message/rfc822', writtenEntity(inner))
const shownMessage = { type: 'message/rfc822', isMessage: true, text: 'Inner words', bytes: writtenEntity(inner) }

const named = 'RFC 8621 section 4.1.4'

/** Files, signatures, reports and messages beside the text. */
export const structures: readonly StructureTrait[] = [
  {
    name: 'a message without parts',
    takes: 'any',
    around: (text) => text,
    shows: alone,
    source: 'RFC 2045 section 5.2',
  },
  {
    name: 'text before a file',
    takes: 'any',
    around: (text) => multipart('mixed', 'm', text, pdf()),
    shows: (words, kind) => alone(words, kind, [file]),
    source: mixed,
  },
  {
    name: 'text after a file',
    takes: 'any',
    around: (text) => multipart('mixed', 'm', pdf(), text),
    shows: (words, kind) => alone(words, kind, [file]),
    source: mixed,
  },
  {
    name: 'text before a plain footer',
    takes: 'any',
    around: (text) => multipart('mixed', 'm', text, plain('List footer')),
    shows: (words, kind) => alone(`${words} List footer`, kind),
    source: mixed,
  },
  {
    name: 'text before an HTML footer',
    takes: 'any',
    around: (text) => multipart('mixed', 'm', text, html('List footer')),
    shows: (words) => both(`${words} List footer`),
    source: mixed,
  },
  {
    name: 'text between two HTML parts',
    takes: 'any',
    around: (text) => multipart('mixed', 'm', html('Above'), text, html('Below')),
    shows: (words) => both(`Above ${words} Below`),
    source: mixed,
  },
  {
    name: 'text around a picture',
    takes: 'plain',
    around: (text) => multipart('mixed', 'm', text, picture('p1@example.net'), plain('Below')),
    shows: (words) => ({ text: `${words} Below`, html: null, files: [logo] }),
    source: mixed,
  },
  {
    name: 'a named inline text that is not the first part',
    takes: 'any',
    around: (text) => multipart('mixed', 'm', text, log('inline')),
    shows: (words, kind) =>
      alone(words, kind, [{ name: 'error.log', type: 'text/plain', bytes: 'line one', inline: true }]),
    source: named,
  },
  {
    name: 'a named attached text',
    takes: 'any',
    around: (text) => multipart('mixed', 'm', text, log('attachment')),
    shows: (words, kind) =>
      alone(words, kind, [{ name: 'error.log', type: 'text/plain', bytes: 'line one', inline: false }]),
    source: named,
  },
  {
    name: 'a named text that has only a type parameter',
    takes: 'any',
    around: (text) => multipart('mixed', 'm', text, entity('text/plain; name=notes.txt', 'line one')),
    shows: (words, kind) => alone(words, kind, [{ name: 'notes.txt', type: 'text/plain', bytes: 'line one' }]),
    source: named,
  },
  {
    name: 'an unnamed attached text',
    takes: 'any',
    around: (text) => multipart('mixed', 'm', text, plain('line one', 'Content-Disposition: attachment')),
    shows: (words, kind) => alone(words, kind, [{ type: 'text/plain', bytes: 'line one', inline: false }]),
    source: 'RFC 2183 section 2.2',
  },
  {
    name: 'an unnamed inline text',
    takes: 'any',
    around: (text) => multipart('mixed', 'm', text, plain('Below', 'Content-Disposition: inline')),
    shows: (words, kind) => alone(`${words} Below`, kind),
    source: mixed,
  },
  {
    name: 'a named HTML that is not the first part',
    takes: 'any',
    around: (text) => multipart('mixed', 'm', text, entity('text/html; name=page.html', '<p>Page')),
    shows: (words, kind) => alone(words, kind, [{ name: 'page.html', type: 'text/html', bytes: '<p>Page' }]),
    source: named,
  },
  {
    name: 'an attached HTML file',
    takes: 'any',
    around: (text) =>
      multipart(
        'mixed',
        'm',
        text,
        entity('text/html', '<p>Page', 'Content-Disposition: attachment; filename=page.html'),
      ),
    shows: (words, kind) =>
      alone(words, kind, [{ name: 'page.html', type: 'text/html', bytes: '<p>Page', inline: false }]),
    source: 'RFC 2183 section 2.2',
  },
  {
    name: 'a file of a text type',
    takes: 'any',
    around: (text) =>
      multipart('mixed', 'm', text, entity('text/csv', 'a,b', 'Content-Disposition: attachment; filename=table.csv')),
    shows: (words, kind) => alone(words, kind, [{ name: 'table.csv', type: 'text/csv', bytes: 'a,b', inline: false }]),
    source: 'RFC 2183 section 2.2',
  },
  {
    name: 'a text file with a foreign extension',
    takes: 'any',
    around: (text) => multipart('mixed', 'm', text, entity('application/octet-stream; name=notes.txt', 'line one')),
    shows: (words, kind) =>
      alone(words, kind, [{ name: 'notes.txt', type: 'application/octet-stream', bytes: 'line one' }]),
    source: 'RFC 2045 section 5.1: the declared type counts',
  },
  {
    name: 'nested multiparts',
    takes: 'any',
    around: (text) =>
      multipart('mixed', 'm1', multipart('mixed', 'm2', multipart('mixed', 'm3', text), plain('Below'))),
    shows: (words, kind) => alone(`${words} Below`, kind),
    source: mixed,
  },
  {
    name: 'an unknown multipart',
    takes: 'any',
    around: (text) => multipart('x-unknown', 'm', text, plain('Below')),
    shows: (words, kind) => alone(`${words} Below`, kind),
    source: 'RFC 2046 section 5.1.7',
  },
  {
    name: 'a signed text',
    takes: 'any',
    around: (text) => multipart('signed', 's', text, entity('application/pgp-signature; name="signature.asc"', 'PGP')),
    shows: (words, kind) => ({
      ...alone(words, kind, [{ name: 'signature.asc', type: 'application/pgp-signature', bytes: 'PGP' }]),
      signed: true,
    }),
    source: 'RFC 1847 section 2.1',
  },
  {
    name: 'an S/MIME signed text',
    takes: 'any',
    around: (text) =>
      multipart(
        'signed',
        's',
        text,
        entity('application/pkcs7-signature; name="smime.p7s"', base64('SIG'), 'Content-Transfer-Encoding: base64'),
      ),
    shows: (words, kind) => ({
      ...alone(words, kind, [{ name: 'smime.p7s', type: 'application/pkcs7-signature', bytes: 'SIG' }]),
      signed: true,
    }),
    source: 'RFC 8551 section 3.5.3',
  },
  {
    name: 'a text before a forwarded message',
    takes: 'any',
    around: (text) => multipart('mixed', 'm', text, forwarded),
    shows: (words, kind) => alone(words, kind, [shownMessage]),
    source: 'RFC 2046 section 5.2.1',
  },
  {
    name: 'a text before an encoded message',
    takes: 'any',
    around: (text) =>
      multipart(
        'mixed',
        'm',
        text,
        entity('message/rfc822', base64(writtenEntity(inner)), 'Content-Transfer-Encoding: base64'),
      ),
    shows: (words, kind) => alone(words, kind, [shownMessage]),
    source: 'Exchange writes it, even though RFC 2046 section 5.2.1 forbids it',
  },
  {
    name: 'a digest after a text',
    takes: 'any',
    around: (text) =>
      multipart('mixed', 'm', text, multipart('digest', 'd', { header: [], body: writtenEntity(inner) }, forwarded)),
    shows: (words, kind) => alone(words, kind, [shownMessage, shownMessage]),
    source: 'RFC 2046 section 5.1.5',
  },
  {
    name: 'a delivery report',
    takes: 'any',
    around: (text) =>
      entity(
        'multipart/report; report-type=delivery-status; boundary=m',
        multipartBody(
          'm',
          text,
          entity('message/delivery-status', lines('Reporting-MTA: dns; mx.example.net', '', 'Action: failed')),
          entity('text/rfc822-headers', 'Subject: Inner'),
        ),
      ),
    shows: (words, kind) => ({
      ...alone(words, kind, [{ type: 'message/delivery-status' }, { type: 'text/rfc822-headers' }]),
      automatic: 'bounce',
    }),
    source: 'RFC 6522 section 3, RFC 3464',
  },
]
