/** RFC 7162 section 4 advises 8,192 octets a command line; the rest is for tag, command and data items. */
const longestSet = 7000

/**
 * UIDs as IMAP sequence sets (RFC 9051 section 9), ascending, runs as `a:b`. A run holds only UIDs that were given, so that no
 * command ever touches a message that was not named. More than one set when the command line would become too long.
 */
export const uidSets = (uids: Iterable<number>): string[] => {
  const sets: string[] = []
  let set = ''
  for (const [first, last] of runs([...new Set(uids)].sort((a, b) => a - b))) {
    const item = first === last ? `${first}` : `${first}:${last}`
    if (set.length + item.length >= longestSet) {
      sets.push(set)
      set = ''
    }
    set += set === '' ? item : `,${item}`
  }
  if (set !== '') sets.push(set)
  return sets
}

function* runs(sorted: readonly number[]): Iterable<readonly [number, number]> {
  let first: number | undefined
  let last = 0
  for (const uid of sorted) {
    if (first !== undefined && uid === last + 1) {
      last = uid
      continue
    }
    if (first !== undefined) yield [first, last]
    first = last = uid
  }
  if (first !== undefined) yield [first, last]
}
