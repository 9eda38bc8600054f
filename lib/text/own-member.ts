/** The member that the object itself has: a foreign name may be one that every object inherits, such as `constructor`. */
export const ownMember = <T>(members: Readonly<Record<string, T>> | undefined, name: string): T | undefined =>
  members !== undefined && Object.hasOwn(members, name) ? members[name] : undefined

/** The counts with one more under a name, whatever the name is. */
export const countedUnder = (
  counts: Readonly<Record<string, number>>,
  name: string,
  by = 1,
): Record<string, number> => ({ ...counts, [name]: (ownMember(counts, name) ?? 0) + by })
