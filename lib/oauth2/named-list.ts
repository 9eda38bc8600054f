/** Enough to start working on; the rest is told as "and more". */
export const namedUsers = 5

/** `a, b and more`; of one more name than are told it is known that there are more. */
export const namedList = (names: readonly string[]): string =>
  `${names.slice(0, namedUsers).join(', ')}${names.length > namedUsers ? ' and more' : ''}`
