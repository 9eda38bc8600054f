import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import {
  CreateTableCommand,
  DeleteItemCommand,
  DeleteTableCommand,
  DescribeTableCommand,
  DynamoDBClient,
  type Projection,
  ScanCommand,
} from '@aws-sdk/client-dynamodb'
import dynalite from 'dynalite'
import * as z from 'zod'
import { Table, type TableSettings } from '../../lib/tables/table.ts'
import { type TableDefinition, type TableIndex, type TableName, tableNames, tables } from '../../lib/tables/tables.ts'
import { quietServer } from '../../local/emulators/dynamodb/quiet-server.ts'
import { testCaller } from './test-caller.ts'

export interface TestTables {
  readonly client: DynamoDBClient
  /** For a client in another process. */
  readonly clientConfig: {
    readonly endpoint: string
    readonly region: string
    readonly credentials: { readonly accessKeyId: string; readonly secretAccessKey: string }
  }
  table(name: TableName, more?: Pick<TableSettings, 'onUnreadable'>): Table
  /** The table's physical name, as passed to functions in their environment. */
  tableName(name: TableName): string
  /** Deletes every row in every table. */
  clear(): Promise<void>
  stop(): Promise<void>
}

/**
 * dynalite needs a few milliseconds, or longer on a busy machine. A table that is not ready after this time never will
 * be.
 */
const tableReadyWithinMs = 10_000

/**
 * POSTMASTER_TEST_DYNAMODB is the address of a DynamoDB Local that replaces dynalite (`npm run test:nightly`). All test
 * files share it, and each of them sees only the tables of its own caller.
 */
const environment = z.object({ POSTMASTER_TEST_DYNAMODB: z.url().optional() })

/** A server of DynamoDB's protocol that has no tables yet. */
interface TableServer {
  readonly endpoint: string
  close(client: DynamoDBClient): Promise<void>
}

/**
 * Starts all of Postmaster's tables in memory, empty, on a free port of this process.
 * @param createTableMs how long dynalite leaves each new table in the state `CREATING`
 * @returns the tables, once every table and every index is `ACTIVE`. Until then, dynalite answers
 * `ResourceNotFoundException`.
 */
export const startTables = async ({ createTableMs = 0 } = {}): Promise<TestTables> => {
  const run = randomUUID()
  const physicalName = (name: TableName): string => `test-${run}-${name}`
  const external = environment.parse(process.env).POSTMASTER_TEST_DYNAMODB
  const server = external === undefined ? await startDynalite(createTableMs) : sharedServer(external, physicalName)
  const clientConfig = {
    endpoint: server.endpoint,
    region: testCaller.region,
    credentials: { accessKeyId: testCaller.accessKeyId, secretAccessKey: 'test' },
  }
  const client = new DynamoDBClient(clientConfig)
  await Promise.all(
    tableNames.map(async (name) => {
      await client.send(creationOf(name, physicalName(name)))
      await untilActive(client, physicalName(name))
    }),
  )
  return {
    client,
    clientConfig,
    table: (name, more) => new Table(client, physicalName(name), { ...tables[name], ...more }),
    tableName: physicalName,
    clear: async () => {
      await Promise.all(tableNames.map((name) => clearTable(client, name, physicalName(name))))
    },
    stop: async () => {
      await server.close(client)
      client.destroy()
    },
  }
}

const sharedServer = (endpoint: string, physicalName: (name: TableName) => string): TableServer => ({
  endpoint,
  close: async (client) => {
    await Promise.all(tableNames.map((name) => client.send(new DeleteTableCommand({ TableName: physicalName(name) }))))
  },
})

const startDynalite = async (createTableMs: number): Promise<TableServer> => {
  const server = dynalite({ createTableMs })
  // Node closes idle connections after 5 s. On a busy machine, a test may send a request on a connection at that
  // moment, and the request fails with ECONNRESET. If many connections are idle, the client's retries also fail.
  server.keepAliveTimeout = 0
  const quiet = quietServer(server)
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  return {
    endpoint: `http://127.0.0.1:${port}`,
    close: async () => {
      await quiet()
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

const untilActive = async (client: DynamoDBClient, TableName: string): Promise<void> => {
  const until = Date.now() + tableReadyWithinMs
  for (;;) {
    const { Table: table } = await client.send(new DescribeTableCommand({ TableName }))
    const states = [table?.TableStatus, ...(table?.GlobalSecondaryIndexes ?? []).map(({ IndexStatus }) => IndexStatus)]
    if (states.every((state) => state === 'ACTIVE')) return
    if (Date.now() > until) throw new Error(`${TableName} is still ${states} after ${tableReadyWithinMs} ms`)
    await new Promise((resolve) => setTimeout(resolve, 5))
  }
}

const clearTable = async (client: DynamoDBClient, name: TableName, physicalName: string): Promise<void> => {
  const { partitionKey, sortKey }: TableDefinition = tables[name]
  const keys = [partitionKey, ...(sortKey ? [sortKey] : [])]
  const { Items = [] } = await client.send(new ScanCommand({ TableName: physicalName }))
  for (const item of Items) {
    const Key = Object.fromEntries(Object.entries(item).filter(([key]) => keys.includes(key)))
    await client.send(new DeleteItemCommand({ TableName: physicalName, Key }))
  }
}

const creationOf = (name: TableName, physicalName: string): CreateTableCommand => {
  const { partitionKey, sortKey, indexes }: TableDefinition = tables[name]
  const used = Object.values(indexes).flatMap((index) => [index.partitionKey, index.sortKey])
  return new CreateTableCommand({
    TableName: physicalName,
    BillingMode: 'PAY_PER_REQUEST',
    KeySchema: [
      { AttributeName: partitionKey, KeyType: 'HASH' },
      ...(sortKey ? [{ AttributeName: sortKey, KeyType: 'RANGE' as const }] : []),
    ],
    AttributeDefinitions: [...new Set([partitionKey, ...(sortKey ? [sortKey] : []), ...used])].map((key) => ({
      AttributeName: key,
      AttributeType: 'S',
    })),
    ...(used.length > 0 && {
      GlobalSecondaryIndexes: Object.entries(indexes).map(([indexName, index]) => ({
        IndexName: indexName,
        KeySchema: [
          { AttributeName: index.partitionKey, KeyType: 'HASH' as const },
          { AttributeName: index.sortKey, KeyType: 'RANGE' as const },
        ],
        Projection: projectionOf(index),
      })),
    }),
  })
}

/** The projection of an index, as DynamoDB describes it. */
export const projectionOf = ({ projection }: TableIndex): Projection => {
  if (projection === 'all') return { ProjectionType: 'ALL' }
  if (projection === 'keys') return { ProjectionType: 'KEYS_ONLY' }
  return { ProjectionType: 'INCLUDE', NonKeyAttributes: [...projection] }
}
