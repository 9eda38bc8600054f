import * as z from 'zod'
import { type AccessRequest, arnOf, type ConditionValues, type Surroundings, UnknownCall } from '../access-request.ts'

/** Only one attribute of a row matters here, so the others are not parsed. DynamoDB checks them. */
const attributes = z.custom<Row>((value) => typeof value === 'object' && value !== null && !Array.isArray(value))
/** For example `{ S: 'text' }`. */
const attribute = z.record(z.string(), z.unknown())
const inputSchema = z.looseObject({
  TableName: z.string().optional(),
  IndexName: z.string().optional(),
  Key: attributes.optional(),
  Item: attributes.optional(),
  ReturnValues: z.string().optional(),
  KeyConditionExpression: z.string().optional(),
  ExpressionAttributeNames: z.record(z.string(), z.string()).default({}),
  ExpressionAttributeValues: attributes.default({}),
})
type Input = z.infer<typeof inputSchema>

const batchGetSchema = z.looseObject({
  RequestItems: z.record(z.string(), z.looseObject({ Keys: z.array(attributes) })),
})
const batchWriteSchema = z.looseObject({
  RequestItems: z.record(
    z.string(),
    z.array(
      z.union([
        z.strictObject({ PutRequest: z.strictObject({ Item: attributes }) }),
        z.strictObject({ DeleteRequest: z.strictObject({ Key: attributes }) }),
      ]),
    ),
  ),
})

const onOneTable: ReadonlySet<string> = new Set(['GetItem', 'PutItem', 'UpdateItem', 'DeleteItem', 'Query', 'Scan'])

/** Batch operations need one permission for each of their tables, and no permission for the operations in the batch. */
export const dynamoDbRequests = (
  operation: string | undefined,
  body: unknown,
  surroundings: Surroundings,
): AccessRequest[] => {
  const action = `dynamodb:${operation}`
  const request = (table: string, index: string | undefined, keys: ConditionValues): AccessRequest => {
    const tableArn = table.startsWith('arn:') ? table : arnOf('dynamodb', surroundings, `table/${table}`)
    return { action, resource: index === undefined ? tableArn : `${tableArn}/index/${index}`, keys }
  }
  const partitionKey = (table: string, index?: string): string | undefined => {
    const name = table.split('table/').at(-1) ?? table
    return surroundings.partitionKeys.get(index === undefined ? name : `${name}/index/${index}`)
  }
  const batch = (rows: Readonly<Record<string, readonly Row[]>>): AccessRequest[] =>
    Object.entries(rows).map(([table, of]) => request(table, undefined, leadingKeys(of, partitionKey(table))))

  if (operation === 'BatchGetItem') {
    const { RequestItems } = batchGetSchema.parse(body)
    return batch(Object.fromEntries(Object.entries(RequestItems).map(([table, { Keys }]) => [table, Keys])))
  }
  if (operation === 'BatchWriteItem') {
    const { RequestItems } = batchWriteSchema.parse(body)
    const rowOf = (write: (typeof RequestItems)[string][number]): Row =>
      'PutRequest' in write ? write.PutRequest.Item : write.DeleteRequest.Key
    return batch(Object.fromEntries(Object.entries(RequestItems).map(([table, writes]) => [table, writes.map(rowOf)])))
  }
  const input = inputSchema.parse(body)
  if (operation === undefined || !onOneTable.has(operation) || input.TableName === undefined)
    throw new UnknownCall(`the DynamoDB operation ${operation}`)
  return [
    request(input.TableName, input.IndexName, dynamoDbKeys(input, partitionKey(input.TableName, input.IndexName))),
  ]
}

type Row = Readonly<Record<string, unknown>>

/** The condition keys of an operation on one table. A scan reads all partitions, so it has no leading key. */
export const dynamoDbKeys = (
  input: Pick<Partial<Input>, 'Key' | 'Item' | 'ReturnValues'> & Partial<QueryInput>,
  partitionKey: string | undefined,
): ConditionValues => {
  const row = input.Key ?? input.Item ?? queried(input, partitionKey)
  return {
    ...(input.ReturnValues !== undefined && { 'dynamodb:ReturnValues': input.ReturnValues }),
    ...(row !== undefined && leadingKeys([row], partitionKey)),
  }
}

const leadingKeys = (rows: readonly Row[], partitionKey: string | undefined): ConditionValues => {
  const values = rows.flatMap((row) => Object.values(attribute.safeParse(row[partitionKey ?? '']).data ?? {}))
  // Without the value of each row, the condition could pass for a row that it does not allow.
  if (values.length < rows.length) throw new UnknownCall('a DynamoDB operation without the partition key of its rows')
  return rows.length === 0 ? {} : { 'dynamodb:LeadingKeys': [...new Set(values.map(String))] }
}

type QueryInput = Pick<Input, 'KeyConditionExpression' | 'ExpressionAttributeNames' | 'ExpressionAttributeValues'>

/** The partition that a query reads. A query always compares the partition key with `=`. */
const queried = (input: Partial<QueryInput>, partitionKey: string | undefined): Row | undefined => {
  const { KeyConditionExpression, ExpressionAttributeNames = {}, ExpressionAttributeValues = {} } = input
  if (KeyConditionExpression === undefined || partitionKey === undefined) return undefined
  const words = KeyConditionExpression.replaceAll(/[()]/g, ' ').replaceAll('=', ' = ').trim().split(/\s+/)
  for (const [index, word] of words.entries()) {
    if (word !== '=') continue
    const [name = '', value = ''] = [words[index - 1], words[index + 1]]
    const given = ExpressionAttributeValues[value]
    if ((ExpressionAttributeNames[name] ?? name) === partitionKey && given !== undefined)
      return { [partitionKey]: given }
  }
  return {}
}
