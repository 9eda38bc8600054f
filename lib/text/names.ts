import * as z from 'zod'

/** The text appears in announcements, on pages and in terminals. */
const oneLine = /^[^\p{Cc}\p{Zl}\p{Zp}]*$/u

export const oneLineText = z.string().regex(oneLine, 'must be one line without control characters')

/**
 * Invisible characters: zero-width characters, direction and annotation marks, fillers, variation selectors and tags.
 */
const invisible = /[\p{Default_Ignorable_Code_Point}\ufff9-\ufffb]/gu

/**
 * @returns the text without invisible characters and with one form of each letter (no full-width letters, ligatures or
 * mathematical letters)
 */
export const comparableIdentity = (text: string): string =>
  text.normalize('NFKC').replace(invisible, '').normalize('NFKC').trim()

/** Two names are equal if they look the same, ignoring case. Letters of different scripts remain different. */
export const comparableName = (name: string): string => comparableIdentity(comparableIdentity(name).toLowerCase())

/**
 * The comparison that earlier versions used. Their claims of names with invisible characters or other letter forms have
 * keys of this form.
 */
export const formerComparableName = (name: string): string => name.trim().normalize('NFC').toLowerCase()

/**
 * In characters. Names become table keys; a ligature can expand to eighteen letters, and a sort key has at most 1,024
 * bytes.
 */
const longestName = 200

/** A name that is unique among objects of its kind; see comparableName. */
export const uniqueName = oneLineText
  .trim()
  .min(1)
  .max(longestName)
  // Counts by name are objects, and neither JSON parsers in JavaScript nor DynamoDB's client keep this member.
  .refine((name) => name !== '__proto__', 'must not be `__proto__`')
  .refine((name) => comparableName(name) !== '', 'must contain a visible character')
  .refine(
    (name) => comparableName(name).length <= longestName,
    `must be at most ${longestName} characters long after ligatures are expanded`,
  )

/** The number of names that a message lists. Further names are summarised as "and more". */
export const namedUsers = 5

/** Formats names as `a, b and more`. Callers pass one name more than is shown, so that "and more" can be detected. */
export const namedList = (names: readonly string[]): string =>
  `${names.slice(0, namedUsers).join(', ')}${names.length > namedUsers ? ' and more' : ''}`

/**
 * Returns a member only if the object itself has it, because a foreign name may be one that every object inherits, for
 * example `constructor`.
 */
export const ownMember = <T>(members: Readonly<Record<string, T>> | undefined, name: string): T | undefined =>
  members !== undefined && Object.hasOwn(members, name) ? members[name] : undefined

/** Returns the counts with `by` added under any name. */
export const countedUnder = (
  counts: Readonly<Record<string, number>>,
  name: string,
  by = 1,
): Record<string, number> => ({ ...counts, [name]: (ownMember(counts, name) ?? 0) + by })
