import type { Row, Table } from '../tables/table.ts'

/** The maximum age of the data for a dispatching decision, in milliseconds (see QueueDirectory). */
export const cacheLifetime = 60_000
/** A mailbox full of invented recipients must not fill the function's memory. 10,000 small rows are about 5 MB. */
export const cacheCapacity = 10_000

interface Entry {
  readonly readAt: number
  readonly row: Promise<Row | undefined>
}

/**
 * Caches rows by key, including missing ones, and reads them in batches. Simultaneous requests for a key share one
 * read.
 */
export class RowCache {
  readonly #table: Table
  readonly #keyName: string
  readonly #now: () => number
  readonly #capacity: number
  readonly #entries = new Map<string, Entry>()

  constructor(table: Table, keyName: string, now: () => number = Date.now, capacity: number = cacheCapacity) {
    this.#table = table
    this.#keyName = keyName
    this.#now = now
    this.#capacity = capacity
  }

  /** @returns the rows by key, without keys that have no row */
  async getMany(keys: readonly string[]): Promise<Map<string, Row>> {
    const wanted = [...new Set(keys)]
    const now = this.#now()
    const stale = wanted.filter((key) => !this.#isFresh(key, now))
    if (stale.length > 0) this.#load(stale, now)
    // All promises are collected before the first wait, because loading rows for other requests may remove entries.
    const asked = wanted.map(async (key) => [key, await this.#entries.get(key)?.row] as const)
    this.#makeRoom()
    const found = new Map<string, Row>()
    for (const [key, row] of await Promise.all(asked)) if (row) found.set(key, row)
    return found
  }

  async get(key: string): Promise<Row | undefined> {
    return (await this.getMany([key])).get(key)
  }

  #isFresh(key: string, now: number): boolean {
    const entry = this.#entries.get(key)
    return entry !== undefined && now - entry.readAt < cacheLifetime
  }

  #load(keys: readonly string[], now: number): void {
    const rows = this.#table
      .getMany(keys)
      .then((found) => new Map(found.map((row) => [String(row[this.#keyName]), row])))
    for (const key of keys) {
      const entry = { readAt: now, row: rows.then((byKey) => byKey.get(key)) }
      this.#entries.delete(key)
      this.#entries.set(key, entry)
      // A failed read fails for all who wait for it, but it is not cached.
      entry.row.catch(() => {
        if (this.#entries.get(key) === entry) this.#entries.delete(key)
      })
    }
  }

  /** Removes the entries that were read longest ago first. A Map keeps its order of insertion. */
  #makeRoom(): void {
    for (const key of this.#entries.keys()) {
      if (this.#entries.size <= this.#capacity) return
      this.#entries.delete(key)
    }
  }
}
