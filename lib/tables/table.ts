import {
  BatchGetItemCommand,
  BatchWriteItemCommand,
  ConditionalCheckFailedException,
  DeleteItemCommand,
  type DynamoDBClient,
  DynamoDBServiceException,
  GetItemCommand,
  PutItemCommand,
  QueryCommand,
  ScanCommand,
  type ScanCommandOutput,
  UpdateItemCommand,
  type WriteRequest,
} from '@aws-sdk/client-dynamodb'
import type * as z from 'zod'
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
  UnwritableRow,
} from './items.ts'

export { type Expression, type QueryOptions, type Row, versionIs } from './items.ts'

export interface TableSettings {
  readonly partitionKey: string
  readonly sortKey?: string | undefined
  /** Receives the key of a row that `readable` leaves out, but never its content. */
  readonly onUnreadable?: ((key: string) => void) | undefined
}

export interface Page {
  readonly rows: Row[]
  /** Where the next page starts; absent at the end. */
  readonly nextKey?: Row
}

/** DynamoDB's limit for one BatchGetItem. */
const batchGetLimit = 100
/** DynamoDB's limit for one BatchWriteItem. */
const batchWriteLimit = 25
/**
 * The number of batches in progress at once in one `putMany`. They contain 400 rows, well below the 4,000 writes per
 * second of a new on-demand table.
 */
const batchWritesUnderWay = 16
/**
 * DynamoDB returns unprocessed keys and rows when a table is throttled. With pauses that double from 50 ms, the retries
 * wait 3 s in total.
 */
const batchAttempts = 7

/**
 * The only module that sends requests to DynamoDB. The values of `#x` and `:x` in expressions are filled in from the
 * text itself.
 */
export class Table {
  readonly #client: DynamoDBClient
  readonly #name: string
  readonly #partitionKey: string
  readonly #sortKey: string | undefined
  readonly #onUnreadable: TableSettings['onUnreadable']

  constructor(client: DynamoDBClient, name: string, { partitionKey, sortKey, onUnreadable }: TableSettings) {
    this.#client = client
    this.#name = name
    this.#partitionKey = partitionKey
    this.#sortKey = sortKey
    this.#onUnreadable = onUnreadable
  }

  /** Reads one row with strong consistency. */
  async get(key: Key): Promise<Row | undefined> {
    const answer = await this.#client.send(
      new GetItemCommand({ TableName: this.#name, Key: this.#key(key), ConsistentRead: true }),
    )
    return answer.Item && rowOf(answer.Item)
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
      rows.push(...(answer.Responses?.[this.#name] ?? []).map((item) => rowOf(item)))
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
          Item: itemOf(row),
          ...(condition && { ConditionExpression: condition.text, ...placeholders(condition) }),
        }),
      ),
    )
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
    let rest: WriteRequest[] = rows.map((row) => ({ PutRequest: { Item: itemOf(row) } }))
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
      rows: (answer.Items ?? []).map((item) => rowOf(item)),
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
      yield (answer.Items ?? []).map((item) => rowOf(item))
      startKey = answer.LastEvaluatedKey
    } while (startKey)
  }

  #key(key: Key) {
    const [partition, sort] = typeof key === 'string' ? [key] : key
    if ((sort === undefined) !== (this.#sortKey === undefined))
      throw new TypeError(`The key does not have the parts of the keys of ${this.#name}`)
    return itemOf({ [this.#partitionKey]: partition, ...(this.#sortKey !== undefined && { [this.#sortKey]: sort }) })
  }

  #keyOf(row: Row): string {
    const partition = String(row[this.#partitionKey])
    return this.#sortKey === undefined ? partition : `${partition} ${row[this.#sortKey]}`
  }
}

const batchPause = async (attempt: number): Promise<void> => {
  if (attempt > 0) await new Promise((resolve) => setTimeout(resolve, 25 * 2 ** attempt))
}

const heldCondition = async (sent: () => Promise<unknown>): Promise<boolean> => {
  try {
    await written(sent)
    return true
  } catch (error) {
    if (error instanceof ConditionalCheckFailedException) return false
    throw error
  }
}

/**
 * DynamoDB returns a ValidationException for a row that it does not accept, and other errors when the service itself
 * has a problem.
 */
const written = async <T>(write: () => Promise<T>): Promise<T> => {
  try {
    return await write()
  } catch (error) {
    if (!(error instanceof DynamoDBServiceException) || error.name !== 'ValidationException') throw error
    throw new UnwritableRow(/item size/i.test(error.message) ? 'too-large' : 'refused', error)
  }
}
