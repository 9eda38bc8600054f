import { distance } from 'fastest-levenshtein'

const mostNames = 3

/** Names that may have been meant, the nearest first: misspelt by a third at most, or the same name below another folder. */
export const nearestNames = (wanted: string, names: readonly string[]): string[] =>
  names
    .map((name) => ({ name, apart: Math.min(apart(wanted, name), apart(leafOf(wanted), leafOf(name)) + 0.5) }))
    .filter(({ apart }) => apart <= Math.max(2, wanted.length / 3))
    .sort((a, b) => a.apart - b.apart)
    .slice(0, mostNames)
    .map(({ name }) => name)

const apart = (a: string, b: string): number => distance(folded(a), folded(b))

/** Case and composed letters are what people overlook first. */
const folded = (name: string): string => name.normalize('NFC').toLowerCase()

/** `/` and `.` are the separators servers use. */
const leafOf = (name: string): string => name.split(/[/.]/).at(-1) ?? name
