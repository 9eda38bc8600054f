import { entity, lines, messageOf, multipart, plain, utf8 } from '../message.ts'
import type { Row } from '../shown.ts'

const parameter = 'RFC 2231 section 4'
const labels = 'a common fault that readers repair'

const file = (name: string, source: string, shown: string, ...header: readonly string[]): Row => ({
  name: `a file name ${name}`,
  bytes: messageOf(
    {},
    multipart(
      'mixed',
      'm',
      plain('Some words'),
      entity(header.some((line) => /^Content-Type/.test(line)) ? '' : 'application/pdf', 'PDF', ...header),
    ),
  ),
  shows: { text: 'Some words', files: [{ name: shown, bytes: 'PDF' }] },
  source,
})

const disposition = (...parameters: readonly string[]) =>
  lines('Content-Disposition: attachment;', ...parameters.map((one) => ` ${one}`))

/** The ways to write the name of an attached file. */
export const fileNames: readonly Row[] = [
  file('in quotes', 'RFC 2183 section 2.3', 'my plan.pdf', disposition('filename="my plan.pdf"')),
  file('as a token', 'RFC 2183 section 2.3', 'plan.pdf', disposition('filename=plan.pdf')),
  file(
    'with an escaped quote',
    'RFC 5322 section 3.2.4',
    "Jane's plan.pdf",
    disposition('filename="Jane\\\'s plan.pdf"'),
  ),
  file('with a semicolon', 'RFC 2045 section 5.1', 'a;b.pdf', disposition('filename="a;b.pdf"')),
  file('in UTF-8', parameter, 'Pläne.pdf', disposition("filename*=utf-8''Pl%C3%A4ne.pdf")),
  file('in UTF-8 with a language', parameter, 'Pläne.pdf', disposition("filename*=UTF-8'de'Pl%C3%A4ne.pdf")),
  file('in Latin-2', parameter, 'šluť.pdf', disposition("filename*=iso-8859-2''%B9lu%BB.pdf")),
  file(
    'in two pieces',
    'RFC 2231 section 3',
    'long plan.pdf',
    disposition('filename*0="long ";', 'filename*1="plan.pdf"'),
  ),
  file(
    'in encoded pieces',
    parameter,
    'Pläne für Köln.pdf',
    disposition("filename*0*=utf-8''Pl%C3%A4ne%20;", 'filename*1*=f%C3%BCr%20;', 'filename*2="Köln.pdf"').replace(
      'Köln',
      utf8('Köln'),
    ),
  ),
  file(
    'whose character is split over pieces',
    parameter,
    'Pläne.pdf',
    disposition("filename*0*=utf-8''Pl%C3;", 'filename*1*=%A4ne.pdf'),
  ),
  file(
    'in pieces out of order',
    'RFC 2231 section 3',
    'long plan.pdf',
    disposition('filename*1="plan.pdf";', 'filename*0="long "'),
  ),
  file(
    'in both forms',
    'RFC 6266 section 4.3',
    'Pläne.pdf',
    disposition('filename="Plane.pdf";', "filename*=utf-8''Pl%C3%A4ne.pdf"),
  ),
  file(
    'in UTF-8 with the label us-ascii',
    labels,
    'X – Y.pdf',
    disposition("filename*=us-ascii''X%20%E2%80%93%20Y.pdf"),
  ),
  file('in UTF-8 with an empty label', labels, 'Pläne.pdf', disposition("filename*=''Pl%C3%A4ne.pdf")),
  file('in raw UTF-8', 'RFC 6532 section 3.3', 'Pläne.pdf', disposition(utf8('filename="Pläne.pdf"'))),
  file('in raw windows-1252', 'docs/reading-messages.md', 'Pläne.pdf', disposition('filename="Pl\xe4ne.pdf"')),
  file('in an encoded word', 'Outlook', 'Pläne.pdf', disposition('filename="=?utf-8?Q?Pl=C3=A4ne.pdf?="')),
  file(
    'in two encoded words',
    'Outlook',
    'Pläne.pdf',
    disposition('filename="=?utf-8?Q?Pl=C3?= =?utf-8?B?pG5lLnBkZg==?="'),
  ),
  file(
    'in an encoded word with the label us-ascii',
    labels,
    'Pläne.pdf',
    disposition('filename="=?us-ascii?Q?Pl=C3=A4ne.pdf?="'),
  ),
  file(
    'in an encoded word with raw bytes',
    labels,
    'šluť.pdf',
    disposition('filename="=?iso-8859-2?Q?\xb9lu\xbb.pdf?="'),
  ),
  file('in the type', 'RFC 2045 section 5.1', 'plan.pdf', 'Content-Type: application/pdf; name="plan.pdf"'),
  file('that contains a path', 'RFC 2183 section 5', '_etc_passwd', disposition('filename="../etc/passwd"')),
]
