/** @returns the query of an address with these values. Empty values are removed, and other parameters stay. */
export const queryWith = (query: URLSearchParams, values: Readonly<Record<string, string>>): URLSearchParams => {
  const changed = new URLSearchParams(query)
  for (const [name, value] of Object.entries(values)) {
    if (value === '') changed.delete(name)
    else changed.set(name, value)
  }
  return changed
}

/** @returns the query of the current address, also of one that was set since the last rendering */
export const currentQuery = (): URLSearchParams => new URLSearchParams(window.location.search)
