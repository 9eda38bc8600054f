/** RFC 7162 section 4 recommends at most 8,192 octets per command line. The rest is for tag, command and data items. */
const longestSet = 7000

/**
 * Formats UIDs as IMAP sequence sets (RFC 9051 section 9) in ascending order, with runs as `a:b`. A run contains only
 * the given UIDs, so that no command ever affects any other message.
 * @returns more than one set if the command line would become too long
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
