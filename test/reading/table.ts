import {
  fits,
  headersTogether,
  headerWithFrame,
  headerWithStructure,
  headerWithText,
  ofFrame,
  ofHeader,
  ofStructure,
  ofText,
  structureWith,
  textWithFrame,
} from './compose.ts'
import { answerRows } from './real-mail/answers.ts'
import { clientRows } from './real-mail/clients.ts'
import { listRows } from './real-mail/lists.ts'
import { machineRows } from './real-mail/machines.ts'
import { otherClientRows } from './real-mail/other-clients.ts'
import type { Row } from './shown.ts'
import { recipientFields, recipients, senders } from './traits/addresses.ts'
import { alternatives } from './traits/alternatives.ts'
import { persons, signs } from './traits/automatic.ts'
import { boundaries } from './traits/boundaries.ts'
import { dates } from './traits/dates.ts'
import { fileNames } from './traits/file-names.ts'
import { frames } from './traits/frames.ts'
import { pages } from './traits/html.ts'
import { opaqueStructures } from './traits/smime.ts'
import { specialRows } from './traits/special.ts'
import { structures } from './traits/structures.ts'
import { charsets, encodings, types } from './traits/texts.ts'
import { names, subjects } from './traits/words.ts'

const texts = [...types, ...charsets, ...encodings, ...pages]
const headers = [...subjects, ...names, ...dates, ...recipients, ...recipientFields, ...senders, ...signs, ...persons]
const allStructures = [...structures, ...alternatives, ...boundaries, ...opaqueStructures]

/** Messages with one trait each, by subject. */
export const singleRows: Readonly<Record<string, readonly Row[]>> = {
  structures: allStructures.map(ofStructure),
  types: types.map(ofText),
  charsets: charsets.map(ofText),
  'transfer encodings': encodings.map(ofText),
  'readable HTML': pages.map(ofText),
  subjects: subjects.map(ofHeader),
  names: [...names, ...senders].map(ofHeader),
  'file names': fileNames,
  dates: dates.map(ofHeader),
  recipients: [...recipients, ...recipientFields].map(ofHeader),
  'automatic mail': [...signs, ...persons].map(ofHeader),
  'the end of the header': frames.map(ofFrame),
  'special cases': specialRows,
  'mail programs': [...clientRows, ...otherClientRows],
  'bounces and automatic answers': answerRows,
  'lists and machines': [...listRows, ...machineRows],
}

const pairs = <One, Other>(
  ones: readonly One[],
  others: readonly Other[],
  together: (one: One, other: Other) => Row | undefined,
): Row[] => ones.flatMap((one) => others.flatMap((other) => together(one, other) ?? []))

/** Long headers take a long time to read, so they are combined with only a few other traits. */
const shortFrames = frames.filter(({ name }) => !/MiB|KiB/.test(name))
const shortRecipients = recipients.filter(({ name }) => !/600|2,000/.test(name))

/** Traits in pairs. What a pair must show follows from its two traits. */
export const pairRows: Readonly<Record<string, () => Row[]>> = {
  'structures and texts': () =>
    pairs(allStructures, texts, (structure, text) =>
      fits(structure, text) ? structureWith(structure, text) : undefined,
    ),
  'dates and recipients': () => pairs(dates, shortRecipients, headersTogether),
  'subjects and recipients': () => pairs(subjects, shortRecipients, headersTogether),
  'names and subjects': () => pairs(names, subjects, headersTogether),
  'names and automatic mail': () => pairs([...names, ...senders], [...signs, ...persons], headersTogether),
  'automatic mail and recipients': () => pairs([...signs, ...persons], shortRecipients, headersTogether),
  'automatic mail and structures': () =>
    pairs([...signs, ...persons], [...structures, ...alternatives], headerWithStructure),
  'headers and the end of the header': () => pairs(headers, shortFrames, headerWithFrame),
  'texts and the end of the header': () => pairs(texts, shortFrames, textWithFrame),
  'mail of real programs and gateways': () =>
    pairs(
      [...clientRows, ...otherClientRows, ...answerRows, ...listRows, ...machineRows],
      Object.entries(gateways),
      throughGateway,
    ),
  'subjects and texts': () => pairs(subjects, texts, headerWithText),
}

/** The ways in which gateways change line ends or add text above the header. */
const gateways: Readonly<Record<string, (text: string) => string>> = {
  'bare LF': (text) => text.replaceAll('\r\n', '\n'),
  'a leading blank line': (text) => `\r\n${text}`,
  'an mbox line': (text) => `From writer@example.net Mon Mar  2 08:09:51 2026\r\n${text}`,
  'a trace field': (text) => `Received: from a.example by b.example;\r\n\tMon, 2 Mar 2026 08:09:51 +0000\r\n${text}`,
}

const throughGateway = (row: Row, [name, change]: readonly [string, (text: string) => string]): Row => ({
  ...row,
  name: `${row.name} with ${name}`,
  bytes: Buffer.from(change(row.bytes.toString('latin1')), 'latin1'),
})

/** One message for each trait, to be damaged at random. */
export const seedRows = (): Row[] => Object.values(singleRows).flat()
