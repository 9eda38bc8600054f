/** The query with which each screen was last shown in this tab, by path. */
const queries = new Map<string, string>()

export const rememberAddress = (path: string, query: string): void => {
  queries.set(path, query)
}

/** @returns the path with the query that its screen last had, so that a list comes back with its filter */
export const lastAddressOf = (path: string): string => {
  const query = queries.get(path)
  return query ? `${path}?${query}` : path
}
