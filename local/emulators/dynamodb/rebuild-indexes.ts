import { getIndexActions, type IndexedTable } from 'dynalite/db/index.js'
import type { Level } from 'level'

/** Written at once; enough to make the cost of a write disappear, and a few megabytes at most. */
const batchSize = 500

/**
 * Rebuilds the indexes of all tables from their items. dynalite writes the index entries of an item before the item
 * itself. If the process is killed in between, a query shows an item that does not exist or shows it twice, or no longer
 * finds one that does exist.
 */
export const rebuildIndexes = async (level: Level<string, object>): Promise<void> => {
  await level.clear(keysWith('index-'))
  const tables = await level.values(keysWith('table~')).all()
  for (const table of tables as IndexedTable[]) await indexItemsOf(level, table)
}

const indexItemsOf = async (level: Level<string, object>, table: IndexedTable): Promise<void> => {
  let batch = level.batch()
  for await (const item of level.values(keysWith(`item-${table.TableName}~`))) {
    for (const kind of ['Global', 'Local'] as const) {
      const { puts } = getIndexActions(table[`${kind}SecondaryIndexes`] ?? [], undefined, item, table)
      for (const put of puts)
        batch.put(`index-${kind.toLowerCase()}~${table.TableName}~${put.index}~${put.key}`, put.item)
    }
    if (batch.length < batchSize) continue
    await batch.write()
    batch = level.batch()
  }
  await batch.write()
}

/** All keys of dynalite are ASCII. */
const keysWith = (prefix: string) => ({ gte: prefix, lt: `${prefix}\x7f` })
