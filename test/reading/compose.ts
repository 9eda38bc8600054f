import { isUtf8 } from 'node:buffer'
import { type Entity, type Fields, type Frame, messageOf, plain } from './message.ts'
import type { Row, Shown } from './shown.ts'

/** A way to write header fields. */
export interface HeaderTrait {
  readonly name: string
  readonly fields: Fields
  readonly shows: Shown
  readonly source: string
}

/** A way to write text: its type, charset, transfer encoding or HTML. */
export interface TextTrait {
  readonly name: string
  readonly kind: 'plain' | 'html'
  readonly entity: Entity
  /** The words that the reader must see. */
  readonly words: string
  readonly source: string
}

/** A way to arrange parts around a text. */
export interface StructureTrait {
  readonly name: string
  /** The kind of text that fits into the structure. */
  readonly takes: 'plain' | 'html' | 'any'
  readonly around: (text: Entity) => Entity
  readonly shows: (words: string, kind: TextTrait['kind']) => Shown
  readonly source: string
}

/** A way to end the lines of the header and the header itself. */
export interface FrameTrait {
  readonly name: string
  readonly frame: Frame
  readonly source: string
}

const ordinary: TextTrait = {
  name: 'ordinary text',
  kind: 'plain',
  entity: plain('Some words'),
  words: 'Some words',
  source: 'RFC 2045',
}
const ordinaryHtml: TextTrait = {
  name: 'ordinary HTML',
  kind: 'html',
  entity: { header: ['Content-Type: text/html; charset=us-ascii'], body: '<p>Some words</p>' },
  words: 'Some words',
  source: 'RFC 2854',
}

export const ofHeader = ({ name, fields, shows, source }: HeaderTrait): Row => ({
  name,
  bytes: messageOf(fields, ordinary.entity),
  shows: { text: ordinary.words, ...shows },
  source,
})

const shownText = ({ words, kind }: TextTrait): Shown => ({
  text: words,
  html: kind === 'html' ? words : null,
  files: [],
})

export const ofText = (text: TextTrait): Row => ({
  name: text.name,
  bytes: messageOf({}, text.entity),
  shows: { queue: 'Support', ...shownText(text) },
  source: text.source,
})

export const ofStructure = (structure: StructureTrait): Row =>
  structureWith(structure, structure.takes === 'html' ? ordinaryHtml : ordinary)

export const ofFrame = ({ name, frame, source }: FrameTrait): Row => ({
  name,
  bytes: messageOf({}, ordinary.entity, frame),
  shows: { subject: 'Case', to: 'support@example.com', queue: 'Support', text: ordinary.words },
  source,
})

export const structureWith = (structure: StructureTrait, text: TextTrait): Row => ({
  name: `${structure.name} with ${text.name}`,
  bytes: messageOf({}, structure.around(text.entity)),
  shows: structure.shows(text.words, text.kind),
  source: `${structure.source}; ${text.source}`,
})

/** Only texts of the kind that the structure takes. */
export const fits = ({ takes }: StructureTrait, { kind }: TextTrait): boolean => takes === 'any' || takes === kind

/**
 * @returns undefined if both traits write the same field or determine the same value
 */
export const headersTogether = (one: HeaderTrait, other: HeaderTrait): Row | undefined => {
  if (overlap(one.fields, other.fields) || overlap(one.shows, other.shows)) return undefined
  return {
    name: `${one.name} with ${other.name}`,
    bytes: messageOf({ ...one.fields, ...other.fields }, ordinary.entity),
    shows: { ...one.shows, ...other.shows },
    source: `${one.source}; ${other.source}`,
  }
}

const overlap = (one: object, other: object): boolean => Object.keys(one).some((key) => key in other)

/** Raw text in a header is in the charset that the text declares, so the two must not contradict each other. */
export const headerWithText = (header: HeaderTrait, text: TextTrait): Row | undefined =>
  hasRawText(header) && /charset=/i.test(text.entity.header.join())
    ? undefined
    : {
        name: `${header.name} with ${text.name}`,
        bytes: messageOf(header.fields, text.entity),
        shows: { ...shownText(text), ...header.shows },
        source: `${header.source}; ${text.source}`,
      }

const hasRawText = ({ fields }: HeaderTrait): boolean =>
  Object.values(fields).some((value) => !isUtf8(Buffer.from(String(value), 'latin1')))

export const headerWithStructure = (header: HeaderTrait, structure: StructureTrait): Row | undefined => {
  const text = structure.takes === 'html' ? ordinaryHtml : ordinary
  const shows = structure.shows(text.words, text.kind)
  if (overlap(header.shows, shows)) return undefined
  return {
    name: `${header.name} with ${structure.name}`,
    bytes: messageOf(header.fields, structure.around(text.entity)),
    shows: { ...shows, ...header.shows },
    source: `${header.source}; ${structure.source}`,
  }
}

export const headerWithFrame = (header: HeaderTrait, { name, frame, source }: FrameTrait): Row => ({
  name: `${header.name} with ${name}`,
  bytes: messageOf(header.fields, ordinary.entity, frame),
  shows: { text: ordinary.words, ...header.shows },
  source: `${header.source}; ${source}`,
})

export const textWithFrame = (text: TextTrait, { name, frame, source }: FrameTrait): Row => ({
  name: `${text.name} with ${name}`,
  bytes: messageOf({}, text.entity, frame),
  shows: { subject: 'Case', queue: 'Support', ...shownText(text) },
  source: `${text.source}; ${source}`,
})
