import { builtInQueue, queueSchema } from '../queues/queue.ts'
import {
  addressKey,
  defaultQueueKey,
  defaultQueueSchema,
  queueKey,
  queueNameClaimSchema,
  queueNameKeys,
} from '../queues/queue-rows.ts'
import { comparableAddress, systemAddressSchema } from '../queues/system-address.ts'
import type { Row, Table } from '../tables/table.ts'
import type { Clock } from '../text/clock.ts'
import { comparableName, uniqueName } from '../text/names.ts'

export interface FoundQueue {
  readonly queueId: string
  readonly name: string
}

/**
 * The look-ups needed for a dispatching decision. They return only valid queues and addresses. Results may be up to 60
 * s old.
 */
export interface QueueDirectory {
  queueById(queueId: string): Promise<FoundQueue | undefined>
  queueByName(name: string): Promise<FoundQueue | undefined>
  /**
   * @returns the valid queue of each address that is a valid system address. Neither case nor the form of the domain
   * matters.
   */
  queuesByAddress(addresses: readonly string[]): Promise<Map<string, FoundQueue>>
  /** @returns the default queue if it is valid, otherwise the built-in queue */
  defaultQueue(): Promise<FoundQueue>
}

/** The look-ups of dispatching in the dispatching table, at most 60 s old. One directory serves one invocation. */
export class DynamoQueueDirectory implements QueueDirectory {
  readonly #rows: RowCache

  constructor(table: Table, now: Clock = () => new Date()) {
    this.#rows = new RowCache(table, now)
  }

  async queueById(queueId: string): Promise<FoundQueue | undefined> {
    if (queueId === builtInQueue.queueId) return builtInQueue
    return validQueueOf(await this.#rows.get(queueKey(queueId)))
  }

  async queueByName(name: string): Promise<FoundQueue | undefined> {
    if (comparableName(name) === comparableName(builtInQueue.name)) return builtInQueue
    // The name comes from a mail. A name that no queue can have is not used as a key, which DynamoDB might refuse.
    if (!uniqueName.safeParse(name).success) return undefined
    const keys = queueNameKeys(name)
    const claims = await this.#rows.getMany(keys)
    for (const key of keys) {
      const claim = claims.get(key)
      const queue = claim && (await this.queueById(queueNameClaimSchema.parse(claim).queueId))
      // For a moment, a claim may exist even though its queue does not have the name (NamedRows).
      if (queue && comparableName(queue.name) === comparableName(name)) return queue
    }
    return undefined
  }

  async queuesByAddress(addresses: readonly string[]): Promise<Map<string, FoundQueue>> {
    const keys = new Map(
      addresses.filter(couldBeSystemAddress).map((address) => [address, addressKey(address)] as const),
    )
    const rows = await this.#rows.getMany([...keys.values()])
    const queueIds = new Map<string, string>()
    for (const [address, key] of keys) {
      const row = rows.get(key)
      const known = row && systemAddressSchema.parse(row)
      if (known?.validity === 'valid') queueIds.set(address, known.queueId)
    }
    const queues = await this.#rows.getMany([...queueIds.values()].map(queueKey))
    const found = new Map<string, FoundQueue>()
    for (const [address, queueId] of queueIds) {
      const queue = queueId === builtInQueue.queueId ? builtInQueue : validQueueOf(queues.get(queueKey(queueId)))
      if (queue) found.set(address, queue)
    }
    return found
  }

  async defaultQueue(): Promise<FoundQueue> {
    const row = await this.#rows.get(defaultQueueKey)
    const chosen = row && (await this.queueById(defaultQueueSchema.parse(row).queueId))
    return chosen ?? builtInQueue
  }
}

const validQueueOf = (row: Row | undefined): FoundQueue | undefined => {
  if (!row) return undefined
  const { queueId, name, validity } = queueSchema.parse(row)
  return validity === 'valid' ? { queueId, name } : undefined
}

/** Recipients come from a mail and may have any length. */
const couldBeSystemAddress = (address: string): boolean =>
  systemAddressSchema.shape.address.safeParse(comparableAddress(address)).success

/** The maximum age of the data for a dispatching decision, in milliseconds (see QueueDirectory). */
const cacheLifetime = 60_000
/** A mailbox full of invented recipients must not fill the function's memory. 10,000 small rows are about 5 MB. */
const cacheCapacity = 10_000

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
  readonly #now: Clock
  readonly #capacity: number
  readonly #entries = new Map<string, Entry>()
  #nextRead: { readonly keys: Set<string>; readonly rows: Promise<Map<string, Row>> } | undefined
  /** Settles when the read in progress has ended. Never rejects. */
  #reading: Promise<unknown> = Promise.resolve()

  constructor(table: Table, now: Clock, capacity: number = cacheCapacity) {
    this.#table = table
    this.#now = now
    this.#capacity = capacity
  }

  /** @returns the rows by key, without keys that have no row */
  async getMany(keys: readonly string[]): Promise<Map<string, Row>> {
    const wanted = [...new Set(keys)]
    const now = this.#now().getTime()
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
    const rows = this.#readSoon(keys)
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

  /**
   * Keys that are requested in one turn of the event loop are read together, for example a message's senders and
   * recipients. Keys that are requested during a read are read together after it, because nearly every message has a
   * sender of its own, and many messages are stored at once.
   */
  #readSoon(keys: readonly string[]): Promise<Map<string, Row>> {
    const wanted = new Set<string>()
    this.#nextRead ??= { keys: wanted, rows: this.#reading.then(() => this.#read(wanted)) }
    for (const key of keys) this.#nextRead.keys.add(key)
    return this.#nextRead.rows
  }

  async #read(keys: ReadonlySet<string>): Promise<Map<string, Row>> {
    this.#nextRead = undefined
    const rows = this.#table.getMany([...keys])
    this.#reading = Promise.allSettled([rows])
    return new Map((await rows).map((row) => [String(row.key), row]))
  }

  /** Removes the entries that were read longest ago first. A Map keeps its order of insertion. */
  #makeRoom(): void {
    for (const key of this.#entries.keys()) {
      if (this.#entries.size <= this.#capacity) return
      this.#entries.delete(key)
    }
  }
}
