import type { ReadText } from './texts.ts'

/** A phrase that the sources do not use, and what to write in its place. */
interface Phrase {
  readonly name: string
  readonly pattern: RegExp
  readonly instead: string
}

/** Phrases that earlier texts used, and that a native writer would not. */
const phrases: readonly Phrase[] = [
  { name: 'tells no', pattern: /\b(tells?|told) no(thing)?\b/i, instead: 'does not report' },
  { name: 'knows no', pattern: /\b(knows?|knew) no(thing)?\b/i, instead: 'does not support, has no' },
  {
    name: 'is no',
    pattern: /(?<!\b[Tt]here )\b([Ii]s|[Aa]re|was|were) no (?!longer\b|more\b|less\b|later\b|faster\b)/,
    instead: 'is not a',
  },
  { name: ', too', pattern: /, too\b(?! )/i, instead: 'also' },
  { name: 'all the same', pattern: /\ball the same\b/i, instead: 'anyway' },
  { name: 'by itself', pattern: /\bby (itself|themselves)\b/i, instead: 'automatically, on its own' },
  { name: 'is looked at', pattern: /\b(is|are|was|were|be) looked at\b/i, instead: 'is examined' },
  { name: 'so many', pattern: /\b(?<!not )so many\b/i, instead: 'the number' },
  { name: 'whoever', pattern: /\bwho(so)?ever\b/i, instead: 'the person who, a caller' },
  { name: 'Of a', pattern: /(^|[.!?] )Of (a|an|the|one|several)\b/, instead: 'the name of the field as the subject' },
  { name: 'somebody', pattern: /\bsomebody\b/i, instead: 'an admin, a person' },
  { name: 'nobody', pattern: /\bnobody\b/i, instead: 'no one, no admin' },
  { name: 'for good', pattern: /\bfor good(?! (reason|measure))\b/i, instead: 'permanently' },
  { name: 'by now', pattern: /\bby now\b/i, instead: 'meanwhile, already' },
  { name: 'Else', pattern: /(^|[.:;!?] )Else\b/, instead: 'Otherwise' },
  { name: 'anew', pattern: /\banew\b/i, instead: 'again, over' },
  { name: 'lately', pattern: /(?<!-)\blately\b/i, instead: 'recently' },
  { name: 'under way', pattern: /\bunder way\b/i, instead: 'in progress' },
  { name: 'look whether', pattern: /\blook\b[^.]{0,40} whether\b/i, instead: 'check whether' },
  { name: '’s name of', pattern: /['’]s names? of (a|all|its|the)\b/, instead: 'name for' },
  { name: 'follows no', pattern: /\bfollows? no\b/i, instead: 'does not follow' },
  { name: 'he', pattern: /\b(he|his|him|she|hers?)\b/, instead: 'they' },
]

/** Each use of such a phrase, as a line for a list of failures. */
export const findPhrases = ({ file, line, text }: ReadText): string[] =>
  phrases.flatMap(({ name, pattern, instead }) => {
    const found = pattern.exec(text)
    if (!found) return []
    const around = text.slice(Math.max(0, found.index - 30), found.index + found[0].length + 30)
    return [`${file}:${line} “${name}” in “…${around}…”: write “${instead}”`]
  })
