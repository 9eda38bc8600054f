import {
  BatchGetItemCommand,
  BatchWriteItemCommand,
  DeleteItemCommand,
  type DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
  QueryCommand,
  ScanCommand,
  type ScanCommandOutput,
  UpdateItemCommand,
  type WriteRequest,
} from '@aws-sdk/client-dynamodb'
import type * as z from 'zod'
import { batchAttempts, batchGetLimit, batchPause, batchWriteLimit, batchWritesUnderWay } from './batches.ts'
import {
  batchesOf,
  type Expression,
  itemOf,
  type Key,
  keyCondition,
  placeholders,
  type QueryOptions,
  type Row,
  rowOf,
} from './items.ts'
import { heldCondition, written } from './refused-writes.ts'
import { refuseNewer, replacement, understood, updateWithFormat, withFormat } from './row-format.ts'

import type { TableIndex } from './tables.ts'

export { type Expression, type QueryOptions, type Row, versionIs } from './items.ts'

export interface TableSettings {
  readonly partitionKey: string
  readonly sortKey?: string | undefined
  readonly timeToLive?: string | undefined
  readonly indexes?: Readonly<Record<string, Pick<TableIndex, 'partitionKey' | 'sortKey'>>> | undefined
  /** Receives the key of a row that `readable` leaves out, but never its content. */
  readonly onUnreadable?: ((key: string) => void) | undefined
}

export interface Page {
  readonly rows: Row[]
  /** Where the next page starts; absent at the end. */
  readonly nextKey?: Row
}

/**
 * The only module that sends requests to DynamoDB. The values of `#x` and `:x` in expressions are filled in from the
 * text itself.
 */
export class Table {
  readonly #client: DynamoDBClient
  readonly #name: string
  readonly #partitionKey: string
  readonly #sortKey: string | undefined
  readonly #keyNames: readonly string[]
  /** The attributes of the indexes and of the expiry, which stores derive from the others. */
  readonly #derived: readonly string[]
  readonly #onUnreadable: TableSettings['onUnreadable']

  constructor(client: DynamoDBClient, name: string, settings: TableSettings) {
    const { partitionKey, sortKey, timeToLive, indexes = {}, onUnreadable } = settings
    this.#client = client
    this.#name = name
    this.#partitionKey = partitionKey
    this.#sortKey = sortKey
    this.#keyNames = sortKey === undefined ? [partitionKey] : [partitionKey, sortKey]
    this.#derived = [
      ...(timeToLive === undefined ? [] : [timeToLive]),
      ...Object.values(indexes).flatMap((index) => [index.partitionKey, index.sortKey]),
    ]
    this.#onUnreadable = onUnreadable
  }

  /**
   * Reads one row with strong consistency.
   * @throws ProblemError `row-too-new` if this version cannot read the format of the row
   */
  async get(key: Key): Promise<Row | undefined> {
    const answer = await this.#client.send(
      new GetItemCommand({ TableName: this.#name, Key: this.#key(key), ConsistentRead: true }),
    )
    if (answer.Item === undefined) return undefined
    const row = rowOf(answer.Item)
    refuseNewer(row)
    return this.#understood(row)
  }

  /**
   * Reads any number of rows with strong consistency, in no particular order. Missing rows are left out. The table must
   * not have a sort key.
   */
  async getMany(keys: readonly string[]): Promise<Row[]> {
    const wanted = [...new Set(keys)]
    const batches = batchesOf(wanted, batchGetLimit)
    return (await Promise.all(batches.map((batch) => this.#getBatch(batch)))).flat()
  }

  async #getBatch(keys: readonly string[]): Promise<Row[]> {
    const rows: Row[] = []
    let rest = keys.map((key) => this.#key(key))
    for (let attempt = 0; rest.length > 0; attempt += 1) {
      if (attempt === batchAttempts) throw new Error('DynamoDB left keys unprocessed')
      await batchPause(attempt)
      const answer = await this.#client.send(
        new BatchGetItemCommand({ RequestItems: { [this.#name]: { Keys: rest, ConsistentRead: true } } }),
      )
      rows.push(...(answer.Responses?.[this.#name] ?? []).map((item) => this.#understood(rowOf(item))))
      rest = (answer.UnprocessedKeys?.[this.#name]?.Keys ?? []) as typeof rest
    }
    return rows
  }

  /**
   * Writes a row.
   * @returns false if `condition` does not hold
   * @throws UnwritableRow if the row itself cannot be written; `putMany` and `update` also throw it
   */
  async put(row: Row, condition?: Expression): Promise<boolean> {
    return await heldCondition(() =>
      this.#client.send(
        new PutItemCommand({
          TableName: this.#name,
          Item: itemOf(withFormat(row)),
          ...(condition && { ConditionExpression: condition.text, ...placeholders(condition) }),
        }),
      ),
    )
  }

  /**
   * Makes a row equal to `row`, but keeps attributes that this version does not know. Every store that changes a row that
   * it has read uses it, except for rows that are computed again from other data. It creates a missing row, unless the condition forbids it.
   * @param known the attributes that rows of this kind can have (`attributesOf`), without keys and indexes
   * @returns false if `condition` does not hold
   */
  async replace(row: Row, known: readonly string[], condition?: Expression): Promise<boolean> {
    const change = replacement(row, [...known, ...this.#derived], this.#keyNames)
    return await this.#update(this.#keyIn(row), change, condition)
  }

  /**
   * Writes any number of rows with different keys. Each replaces an existing row, because batches do not support
   * conditions. After an error, some rows may have been written.
   */
  async putMany(rows: readonly Row[]): Promise<void> {
    const batches = batchesOf(rows, batchWriteLimit).values()
    // All lanes take their batches from the same iterator.
    const lane = async () => {
      for (const batch of batches) await this.#putBatch(batch)
    }
    await Promise.all(Array.from({ length: batchWritesUnderWay }, lane))
  }

  async #putBatch(rows: readonly Row[]): Promise<void> {
    let rest: WriteRequest[] = rows.map((row) => ({ PutRequest: { Item: itemOf(withFormat(row)) } }))
    for (let attempt = 0; rest.length > 0; attempt += 1) {
      if (attempt === batchAttempts) throw new Error('DynamoDB left rows unprocessed')
      await batchPause(attempt)
      const requests = rest
      const answer = await written(() =>
        this.#client.send(new BatchWriteItemCommand({ RequestItems: { [this.#name]: requests } })),
      )
      rest = answer.UnprocessedItems?.[this.#name] ?? []
    }
  }

  /**
   * Updates a row. Like every write here, it does not request values of the row, because no grant allows that
   * (cdk/data/tables.ts).
   * @returns false if `condition` does not hold
   */
  async update(key: Key, change: Expression, condition?: Expression): Promise<boolean> {
    return await this.#update(key, updateWithFormat(change), condition)
  }

  async #update(key: Key, change: Expression, condition?: Expression): Promise<boolean> {
    const both = { text: `${change.text} ${condition?.text ?? ''}`, values: { ...change.values, ...condition?.values } }
    return await heldCondition(() =>
      this.#client.send(
        new UpdateItemCommand({
          TableName: this.#name,
          Key: this.#key(key),
          UpdateExpression: change.text,
          ...(condition && { ConditionExpression: condition.text }),
          ...placeholders(both),
        }),
      ),
    )
  }

  /**
   * Deletes a row. A missing row is not an error.
   * @returns false if `condition` does not hold
   */
  async delete(key: Key, condition?: Expression): Promise<boolean> {
    return await heldCondition(() =>
      this.#client.send(
        new DeleteItemCommand({
          TableName: this.#name,
          Key: this.#key(key),
          ...(condition && { ConditionExpression: condition.text, ...placeholders(condition) }),
        }),
      ),
    )
  }

  /**
   * Reads one page of an index, always with eventual consistency. Without an index, it reads the table itself, with strong
   * consistency.
   */
  async query({ index, partition, sort, descending, limit, startKey }: QueryOptions): Promise<Page> {
    const [text, values] = keyCondition(partition, sort)
    const answer = await this.#client.send(
      new QueryCommand({
        TableName: this.#name,
        ...(index === undefined ? { ConsistentRead: true } : { IndexName: index }),
        KeyConditionExpression: text,
        ...placeholders({ text, values }),
        ScanIndexForward: !descending,
        ...(limit !== undefined && { Limit: limit }),
        ...(startKey && { ExclusiveStartKey: itemOf(startKey) }),
      }),
    )
    return {
      rows: (answer.Items ?? []).map((item) => this.#understood(rowOf(item))),
      ...(answer.LastEvaluatedKey && { nextKey: rowOf(answer.LastEvaluatedKey) }),
    }
  }

  /** Reads all pages of `query`. */
  async *pages(query: QueryOptions): AsyncGenerator<Row[]> {
    let startKey = query.startKey
    do {
      const page: Page = await this.query({ ...query, ...(startKey && { startKey }) })
      yield page.rows
      startKey = page.nextKey
    } while (startKey)
  }

  /**
   * Reads the full rows for one page of a keys-only index, in the page's order. Rows that were deleted after the index
   * was written are left out.
   */
  async rowsOf({ rows }: Pick<Page, 'rows'>): Promise<Row[]> {
    const keys = rows.map((row) => this.#keyOf(row))
    const found = new Map((await this.getMany(keys)).map((row) => [this.#keyOf(row), row]))
    return keys.map((key) => found.get(key)).filter((row) => row !== undefined)
  }

  /**
   * Parses the rows of a list or a sweep. A row that cannot be read (written by a newer version, or manually) is
   * reported and left out, so that it does not affect the others. If a missing row would have a meaning, for example
   * "deleted", parse the rows yourself.
   */
  readable<T>(rows: readonly Row[], schema: z.ZodType<T>): T[] {
    return rows.flatMap((row) => {
      const parsed = schema.safeParse(row)
      if (!parsed.success) this.#onUnreadable?.(this.#keyOf(row))
      return parsed.success ? [parsed.data] : []
    })
  }

  /**
   * Reads every row, page by page, with eventual consistency. Use it only for small tables, because it reads the whole
   * table.
   */
  async *everything(): AsyncGenerator<Row[]> {
    let startKey: ScanCommandOutput['LastEvaluatedKey']
    do {
      const answer: ScanCommandOutput = await this.#client.send(
        new ScanCommand({ TableName: this.#name, ...(startKey && { ExclusiveStartKey: startKey }) }),
      )
      yield (answer.Items ?? []).map((item) => this.#understood(rowOf(item)))
      startKey = answer.LastEvaluatedKey
    } while (startKey)
  }

  #key(key: Key) {
    const [partition, sort] = typeof key === 'string' ? [key] : key
    if ((sort === undefined) !== (this.#sortKey === undefined))
      throw new TypeError(`The key does not have the parts of the keys of ${this.#name}`)
    return itemOf({ [this.#partitionKey]: partition, ...(this.#sortKey !== undefined && { [this.#sortKey]: sort }) })
  }

  #keyIn(row: Row): Key {
    const partition = String(row[this.#partitionKey])
    return this.#sortKey === undefined ? partition : [partition, String(row[this.#sortKey])]
  }

  #keyOf(row: Row): string {
    return [this.#keyIn(row)].flat().join(' ')
  }

  #understood(row: Row): Row {
    return understood(row, this.#keyNames)
  }
}
