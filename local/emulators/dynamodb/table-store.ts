import db, { type Callback, type StoredLevel, type Write } from 'dynalite/db/index.js'

/**
 * Starts dynalite with a store that takes less processor time, and whose indexes always match the items, even after
 * `kill -9`. On its own, dynalite asks another thread for each row that it reads and for each entry that it writes, and
 * writes the entries of the indexes before the item.
 */
export const withTableStore = <T>(start: () => T): T => {
  const { create } = db
  let created = false
  db.create = (options) => {
    const store = create(options)
    if (typeof store.db.getSync !== 'function') throw new TypeError('dynalite no longer stores its tables with `level`')
    // Until the store is open, it defers its own calls, which have no callback.
    store.db.once('open', () => improve(store.db))
    created = true
    return store
  }
  try {
    const started = start()
    if (!created) throw new TypeError('dynalite no longer creates its store with `create`')
    return started
  } finally {
    db.create = create
  }
}

const improve = (level: StoredLevel): void => {
  // LevelDB keeps what was written or read last in memory, so a read in this thread seldom waits for the disk.
  level.get = (key, callback) =>
    queueMicrotask(() => {
      let found: unknown
      try {
        found = level.getSync(key)
      } catch (error) {
        return callback(error)
      }
      callback(null, found)
    })
  let waiting: { readonly write: Write; readonly callback?: Callback }[] = []
  const writeWaiting = (): void => {
    const batch = waiting
    waiting = []
    const writes = batch.map(({ write }) => write)
    level.batch(writes, (error) => {
      for (const { callback } of batch) callback?.(error)
    })
  }
  const add = (write: Write, callback: Callback): void => {
    // dynalite writes an item as soon as its index entries are written. This puts them into the same batch.
    const inIndex = write.key.startsWith('index-')
    if (inIndex) queueMicrotask(() => callback(null))
    if (waiting.push({ write, ...(!inIndex && { callback }) }) === 1) setImmediate(writeWaiting)
  }
  level.put = (key, value, callback) => add({ type: 'put', key, value }, callback)
  level.del = (key, callback) => add({ type: 'del', key }, callback)
}
