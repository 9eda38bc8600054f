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
