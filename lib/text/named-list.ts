/** The number of names that a message lists. Further names are summarised as "and more". */
export const namedUsers = 5

/** Formats names as `a, b and more`. Callers pass one name more than is shown, so that "and more" can be detected. */
export const namedList = (names: readonly string[]): string =>
  `${names.slice(0, namedUsers).join(', ')}${names.length > namedUsers ? ' and more' : ''}`
