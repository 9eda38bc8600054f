import { distance } from 'fastest-levenshtein'

const mostNames = 3

/**
 * @returns the names that are most similar, closest first: misspelled by at most a third, or the same name below
 *   another folder
 */
export const nearestNames = (wanted: string, names: readonly string[]): string[] =>
  names
    .map((name) => ({ name, apart: Math.min(apart(wanted, name), apart(leafOf(wanted), leafOf(name)) + 0.5) }))
    .filter(({ apart }) => apart <= Math.max(2, wanted.length / 3))
    .sort((a, b) => a.apart - b.apart)
    .slice(0, mostNames)
    .map(({ name }) => name)

const apart = (a: string, b: string): number => distance(folded(a), folded(b))

/** Ignores differences in case and in composed letters, which people overlook most easily. */
const folded = (name: string): string => name.normalize('NFC').toLowerCase()

/** Servers use `/` and `.` as separators. */
const leafOf = (name: string): string => name.split(/[/.]/).at(-1) ?? name
