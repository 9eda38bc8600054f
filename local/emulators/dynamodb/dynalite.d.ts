declare module 'dynalite' {
  import type { Server } from 'node:http'

  interface DynaliteOptions {
    path?: string
    createTableMs?: number
    deleteTableMs?: number
    updateTableMs?: number
  }
  export default function dynalite(options?: DynaliteOptions): Server
}

declare module 'dynalite/db/index.js' {
  export type Callback = (error: unknown, found?: unknown) => void
  export type Write = { type: 'put'; key: string; value: object } | { type: 'del'; key: string }
  /** The store of all tables and indexes, with dynalite's functions that take callbacks. */
  export interface StoredLevel {
    once(event: 'open', listener: () => void): void
    getSync(key: string): unknown
    get(key: string, callback: Callback): void
    put(key: string, value: object, callback: Callback): void
    del(key: string, callback: Callback): void
    batch(writes: Write[], callback: Callback): void
  }
  const db: { create(options: object): { readonly db: StoredLevel } }
  export default db
}
