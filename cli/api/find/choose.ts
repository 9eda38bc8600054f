import { nearestNames } from '../../../lib/text/nearest-names.ts'
import { CliError, exitCodes } from '../../terminal/cli-error.ts'
import { shortIds } from '../../terminal/layout/short-id.ts'
import { plain } from '../../terminal/text.ts'

/** Something that a person can name on the command line. */
export interface Candidate {
  readonly id: string
  /** What people and tables call it. Different candidates may share a name. */
  readonly names: readonly string[]
  /** What distinguishes it from others with the same name. */
  readonly detail?: string
  /** Other ids of which a part also identifies it. */
  readonly otherIds?: readonly string[]
}

/** The words for a kind of candidates in errors. */
export interface Kind {
  readonly singular: string
  readonly plural: string
  /** What an error about an unknown name adds, for example how to list the candidates. */
  readonly remedy?: string
}

/** Characters. A shorter part of an id is more likely a slip of the finger than a choice. */
const shortestPart = 4
/** An error shows at most this number of candidates. */
const mostShown = 10
/** An error shows all existing names up to this number. */
const mostNames = 20

/**
 * Chooses the candidate that a text identifies: by its full id, a name, a unique part of its id, or the part of its
 * name before the `@`, in this order. Case is ignored.
 * @throws CliError that lists the candidates if several match, or the nearest names if none matches
 */
export const choose = <T extends Candidate>(candidates: readonly T[], text: string, kind: Kind): T => {
  for (const matches of ways) {
    const [only, ...others] = candidates.filter((candidate) => matches(candidate, text))
    if (only && others.length === 0) return only
    if (only) throw ambiguous(text, [only, ...others], kind)
  }
  throw unknown(text, candidates, kind)
}

const same = (a: string, b: string): boolean => a.toLowerCase() === b.toLowerCase()

const ways: ReadonlyArray<(candidate: Candidate, text: string) => boolean> = [
  ({ id }, text) => id === text,
  ({ names }, text) => names.some((name) => same(name, text)),
  ({ id, otherIds = [] }, text) => [id, ...otherIds].some((one) => isPartOf(text, one)),
  ({ names }, text) => names.some((name) => name.includes('@') && same(localPartOf(name), text)),
]

const localPartOf = (address: string): string => address.slice(0, address.lastIndexOf('@'))

/**
 * @returns whether the text is the beginning of the id, or its beginning and end as in `01JNBZ…5W8X`. Both can consist of
 *   several parts with a dot between them.
 */
export const isPartOf = (text: string, id: string): boolean => {
  const [texts, ids] = [text.split('.'), id.split('.')]
  return texts.length === ids.length
    ? texts.every((part, index) => isBeginning(part, ids[index] ?? ''))
    : isBeginning(text, id)
}

const isBeginning = (text: string, id: string): boolean => {
  const [start = '', end = '', ...others] = text.toLowerCase().split('…')
  const isLongEnough = start.length + end.length >= shortestPart && text.length <= id.length
  return others.length === 0 && isLongEnough && id.toLowerCase().startsWith(start) && id.toLowerCase().endsWith(end)
}

const ambiguous = (text: string, candidates: readonly Candidate[], { plural }: Kind): CliError => {
  const shown = candidates.slice(0, mostShown)
  const ids = shortIds(shown.map(({ id }) => id)).map(plain)
  const width = Math.max(...ids.map((id) => id.length))
  const lines = shown.map(({ names: [name = ''], detail }, index) =>
    `\n  ${(ids[index] ?? '').padEnd(width)}  ${plain(detail === undefined ? name : `${name}, ${detail}`)}`.trimEnd(),
  )
  const more = candidates.length - shown.length
  return new CliError(
    `\`${plain(text)}\` matches ${candidates.length} ${plural}. Use one of these ids instead:${lines.join('')}${more > 0 ? `\n  and ${more} more` : ''}`,
    exitCodes.usage,
  )
}

const unknown = (text: string, candidates: readonly Candidate[], { singular, plural, remedy }: Kind): CliError => {
  const names = [...new Set(candidates.flatMap(({ names: [name] }) => name ?? []))]
  const nearest = nearestNames(text, [...new Set(candidates.flatMap((candidate) => candidate.names))])
  const hint = (): string[] => {
    if (nearest.length > 0) return [`Did you mean ${nearest.map((name) => `\`${plain(name)}\``).join(' or ')}?`]
    if (candidates.length === 0) return [`No ${plural} exist yet.`]
    if (names.length > mostNames) return []
    return [`Existing ${plural}: ${names.map(plain).join(', ')}.`]
  }
  const sentences = [
    `There is no ${singular} \`${plain(text)}\`.`,
    ...hint(),
    ...(remedy === undefined ? [] : [remedy]),
  ]
  return new CliError(sentences.join(' '), exitCodes.usage)
}
