import type { StructureTrait } from '../compose.ts'
import { entity, html, multipart, pdf, picture, plain } from '../message.ts'
import { both, file, logo } from './shown-parts.ts'

const alternative = 'RFC 2046 section 5.1.4, RFC 8621 section 4.1.4'

/** Texts of which a reader sees only one, and texts with pictures. */
export const alternatives: readonly StructureTrait[] = [
  {
    name: 'a plain alternative of HTML',
    takes: 'plain',
    around: (text) => multipart('alternative', 'a', text, html('Rich words')),
    shows: (words) => ({ text: words, html: 'Rich words', files: [] }),
    source: alternative,
  },
  {
    name: 'an HTML alternative of text',
    takes: 'html',
    around: (text) => multipart('alternative', 'a', plain('Plain words'), text),
    shows: (words) => ({ text: 'Plain words', html: words, files: [] }),
    source: alternative,
  },
  {
    name: 'an HTML alternative of blank text',
    takes: 'html',
    around: (text) => multipart('alternative', 'a', plain(' \r\n\r\n'), text),
    shows: (words) => both(words),
    source: alternative,
  },
  {
    name: 'an alternative with an invitation',
    takes: 'plain',
    around: (text) =>
      multipart(
        'alternative',
        'a',
        text,
        html('Rich words'),
        entity('text/calendar; method=REQUEST', 'BEGIN:VCALENDAR'),
      ),
    shows: (words) => ({
      text: words,
      html: 'Rich words',
      files: [{ type: 'text/calendar', bytes: 'BEGIN:VCALENDAR' }],
    }),
    source: alternative,
  },
  {
    name: 'a text with pictures (Outlook)',
    takes: 'html',
    around: (text) =>
      multipart(
        'mixed',
        'm',
        multipart('related', 'r', multipart('alternative', 'a', plain('Plain words'), text), picture('p1@example.net')),
        pdf(),
      ),
    shows: (words) => ({ text: 'Plain words', html: words, files: [logo, file] }),
    source: 'RFC 2387, RFC 8621 section 4.1.4',
  },
  {
    name: 'an unnamed text beside HTML in multipart/related',
    takes: 'html',
    around: (text) => multipart('related', 'r', text, plain('Not shown')),
    shows: (words) => ({ ...both(words), files: [{ type: 'text/plain', bytes: 'Not shown' }] }),
    source: 'RFC 2387, RFC 8621 section 4.1.4',
  },
  {
    name: 'an alternative in AMP',
    takes: 'html',
    around: (text) =>
      multipart('alternative', 'a', plain('Plain words'), entity('text/x-amp-html', '<html amp4email>'), text),
    shows: (words) => ({ text: 'Plain words', html: words }),
    source: 'RFC 2046 section 5.1.4',
  },
  {
    name: 'an alternative within an alternative',
    takes: 'html',
    around: (text) => multipart('alternative', 'a1', multipart('alternative', 'a2', plain('Plain words'), text)),
    shows: (words) => ({ text: 'Plain words', html: words, files: [] }),
    source: 'RFC 2046 section 5.1.4',
  },
  {
    name: 'a text with pictures (Thunderbird)',
    takes: 'html',
    around: (text) =>
      multipart('alternative', 'a', plain('Plain words'), multipart('related', 'r', text, picture('p1@example.net'))),
    shows: (words) => ({ text: 'Plain words', html: words, files: [logo] }),
    source: 'RFC 2387, RFC 8621 section 4.1.4',
  },
  {
    name: 'a text between files (Apple Mail)',
    takes: 'html',
    around: (text) =>
      multipart('alternative', 'a', plain('Plain words'), multipart('mixed', 'm', text, pdf(), html('Below'))),
    shows: (words) => ({ text: 'Plain words', html: `${words} Below`, files: [file] }),
    source: alternative,
  },
  {
    name: 'an alternative before a plain footer (Mailman)',
    takes: 'html',
    around: (text) =>
      multipart('mixed', 'm', multipart('alternative', 'a', plain('Plain words'), text), plain('List footer')),
    shows: (words) => ({ text: 'Plain words List footer', html: `${words} List footer`, files: [] }),
    source: 'RFC 8621 section 4.1.4',
  },
]
