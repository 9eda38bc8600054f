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
import { itemOf, type Row, rowOf } from './items.ts'
import { UnwritableRow } from './unwritable-row.ts'

export type { Row }

/** A condition or update in DynamoDB's expression language. Names are written `#name` and values `:name`. */
export interface Expression {
  readonly text: string
  readonly values?: Row
}

export interface QueryOptions {
  readonly index: string
  readonly partition: readonly [key: string, value: string]
  /** `between` is inclusive at both ends. */
  readonly sort?: { readonly key: string; readonly from?: string; readonly to?: string }
  readonly descending?: boolean
  readonly limit?: number
  readonly startKey?: Row
}

export interface Page {
  readonly rows: Row[]
  /** Where the next page starts; absent at the end. */
  readonly nextKey?: Row
}

/** DynamoDB's ceiling for one BatchGetItem. */
const batchGetLimit = 100
/** DynamoDB's ceiling for one BatchWriteItem. */
const batchWriteLimit = 25
/** Batches under way at once in one `putMany`: 400 rows, well below a new on-demand table's 4,000 writes a second. */
const batchWritesUnderWay = 16
/**
 * Unprocessed keys and rows come back when a table is throttled; with doubling pauses from 50 ms this waits 3 s in all.
 */
const batchAttempts = 7

/** The one place that speaks to DynamoDB. `#x` and `:x` in expressions are filled in from the text itself. */
export class Table {
  readonly #client: DynamoDBClient
  readonly #name: string
  readonly #partitionKey: string

  constructor(client: DynamoDBClient, name: string, definition: { readonly partitionKey: string }) {
    this.#client = client
    this.#name = name
    this.#partitionKey = definition.partitionKey
  }

  /** Strongly consistent. */
  async get(key: string): Promise<Row | undefined> {
    const answer = await this.#client.send(
      new GetItemCommand({ TableName: this.#name, Key: this.#key(key), ConsistentRead: true }),
    )
    return answer.Item && rowOf(answer.Item)
  }

  /** Strongly consistent, any number of keys, in no particular order; missing rows are left out. */
  async getMany(keys: readonly string[]): Promise<Row[]> {
    const wanted = [...new Set(keys)]
    const batches = Array.from({ length: Math.ceil(wanted.length / batchGetLimit) }, (_, i) =>
      wanted.slice(i * batchGetLimit, (i + 1) * batchGetLimit),
    )
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
   * Resolves to false when `condition` does not hold.
   * @throws UnwritableRow if it is the row that cannot be written; `putMany` and `update` do so as well
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
   * Any number of rows with keys of their own, each replacing what is there: batches know no conditions. After an error
   * some may have been written.
   */
  async putMany(rows: readonly Row[]): Promise<void> {
    const batches = Array.from({ length: Math.ceil(rows.length / batchWriteLimit) }, (_, i) =>
      rows.slice(i * batchWriteLimit, (i + 1) * batchWriteLimit),
    ).values()
    // Every lane takes the next batch from the one iterator.
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
   * Resolves to false if `condition` does not hold. Like every write here, it does not request values of the row,
   * because no grant allows that (cdk/constructs/tables.ts).
   */
  async update(key: string, change: Expression, condition?: Expression): Promise<boolean> {
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

  /** Resolves to false when `condition` does not hold; a row that is not there is no error. */
  async delete(key: string, condition?: Expression): Promise<boolean> {
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

  /** One page of an index, eventually consistent (indexes know no other way). */
  async query({ index, partition, sort, descending, limit, startKey }: QueryOptions): Promise<Page> {
    const [text, values] = keyCondition(partition, sort)
    const answer = await this.#client.send(
      new QueryCommand({
        TableName: this.#name,
        IndexName: index,
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

  /** All pages of `query`. */
  async *pages(query: QueryOptions): AsyncGenerator<Row[]> {
    let startKey = query.startKey
    do {
      const page: Page = await this.query({ ...query, ...(startKey && { startKey }) })
      yield page.rows
      startKey = page.nextKey
    } while (startKey)
  }

  /** Every row, page by page, eventually consistent. For small tables only: it reads everything that is in them. */
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

  #key(value: string) {
    return itemOf({ [this.#partitionKey]: value })
  }
}

const batchPause = async (attempt: number): Promise<void> => {
  if (attempt > 0) await new Promise((resolve) => setTimeout(resolve, 25 * 2 ** attempt))
}

const keyCondition = (
  [key, value]: QueryOptions['partition'],
  sort: QueryOptions['sort'],
): [text: string, values: Row] => {
  const values: Row = { partition: value, ...(sort?.from && { from: sort.from }), ...(sort?.to && { to: sort.to }) }
  const parts = [`#${key} = :partition`]
  if (sort?.from && sort.to) parts.push(`#${sort.key} BETWEEN :from AND :to`)
  else if (sort?.from) parts.push(`#${sort.key} >= :from`)
  else if (sort?.to) parts.push(`#${sort.key} <= :to`)
  return [parts.join(' AND '), values]
}

const placeholders = ({ text, values }: Expression) => {
  const names: Record<string, string> = {}
  for (const [placeholder, name] of text.matchAll(/#(\w+)/g)) if (name) names[placeholder] = name
  const given: Row = {}
  for (const [name, value] of Object.entries(values ?? {})) if (value !== undefined) given[`:${name}`] = value
  return {
    ...(Object.keys(names).length > 0 && { ExpressionAttributeNames: names }),
    ...(Object.keys(given).length > 0 && { ExpressionAttributeValues: itemOf(given) }),
  }
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

/** DynamoDB answers ValidationException to a row that it does not take, and other errors when it has trouble itself. */
const written = async <T>(write: () => Promise<T>): Promise<T> => {
  try {
    return await write()
  } catch (error) {
    if (!(error instanceof DynamoDBServiceException) || error.name !== 'ValidationException') throw error
    throw new UnwritableRow(/item size/i.test(error.message) ? 'too-large' : 'refused', error)
  }
}
