import db, { type Callback, type StoredLevel, type Write } from 'dynalite/db/index.js'

/**
 * Makes dynalite's store use less processor time. By itself, dynalite asks another thread for each row that it reads and
 * each entry that it writes, which takes longer than the work itself.
 * @param start starts dynalite. Another version of it may create its store in another way, and then keeps it as it is.
 */
export const withQuickStore = <T>(start: () => T): T => {
  const { create } = db
  db.create = (options) => {
    const store = create(options)
    // Until the store is open, it defers its own calls, which have no callback.
    if (typeof store.db.getSync === 'function') store.db.once('open', () => quicken(store.db))
    return store
  }
  try {
    return start()
  } finally {
    db.create = create
  }
}

const quicken = (level: StoredLevel): void => {
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
  const write = writeTogether(level)
  level.put = (key, value, callback) => write({ type: 'put', key, value }, callback)
  level.del = (key, callback) => write({ type: 'del', key }, callback)
}

/** Writes whatever arrives during a write together with the next one. */
const writeTogether = (level: StoredLevel) => {
  let waiting: { readonly write: Write; readonly callback: Callback }[] = []
  let writing = false
  const next = (): void => {
    const batch = waiting
    waiting = []
    writing = batch.length > 0
    if (!writing) return
    level.batch(
      batch.map(({ write }) => write),
      (error) => {
        for (const { callback } of batch) callback(error)
        next()
      },
    )
  }
  return (write: Write, callback: Callback): void => {
    waiting.push({ write, callback })
    if (writing) return
    writing = true
    setImmediate(next)
  }
}
