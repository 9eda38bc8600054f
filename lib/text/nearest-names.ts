import { distance } from 'fastest-levenshtein'

/** The most names that are proposed. */
const mostNames = 3

/**
 * @param apart how different two names are, as a number of characters
 * @returns the names that are most similar, closest first: at most a third of their characters differ
 */
export const nearestNames = (wanted: string, names: readonly string[], apart = charactersApart): string[] =>
  names
    .map((name) => ({ name, apart: apart(wanted, name) }))
    .filter(({ apart }) => apart <= Math.max(2, wanted.length / 3))
    .sort((a, b) => a.apart - b.apart)
    .slice(0, mostNames)
    .map(({ name }) => name)

export const charactersApart = (a: string, b: string): number => distance(folded(a), folded(b))

/** Ignores differences in case and in composed letters, which people overlook most easily. */
const folded = (name: string): string => name.normalize('NFC').toLowerCase()
