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
  export interface IndexedTable {
    TableName: string
    GlobalSecondaryIndexes?: unknown[]
    LocalSecondaryIndexes?: unknown[]
  }
  /** The entries that the indexes have for `item`. */
  export function getIndexActions(
    indexes: unknown[],
    existingItem: undefined,
    item: object,
    table: IndexedTable,
  ): { puts: { index: string; key: string; item: object }[] }
}
