import * as z from 'zod'
import type { Deployment } from '../assembly/deployment.ts'
import type { LocatedResource } from '../assembly/resource-kinds.ts'
import { type LocalError, unusableData } from '../common/errors.ts'
import type { DynamoDb } from '../emulators/dynamodb/dynamodb.ts'
import { AwsJsonError } from '../emulators/signed-calls/call-aws-json.ts'

const keySchema = z.array(z.object({ AttributeName: z.string(), KeyType: z.enum(['HASH', 'RANGE']) }))
const projection = z.object({
  ProjectionType: z.enum(['ALL', 'KEYS_ONLY', 'INCLUDE']),
  NonKeyAttributes: z.array(z.string()).optional(),
})
const index = z.object({ IndexName: z.string(), KeySchema: keySchema, Projection: projection })

const properties = z.object({
  AttributeDefinitions: z.array(z.object({ AttributeName: z.string(), AttributeType: z.enum(['S', 'N', 'B']) })),
  KeySchema: keySchema,
  GlobalSecondaryIndexes: z.array(index).optional(),
  LocalSecondaryIndexes: z.array(index).optional(),
})

/** Backups, encryption, capacity and protection have no effect on one machine. Expired items are not deleted. */
const idle = [
  'TableName',
  'BillingMode',
  'ContributorInsightsSpecification',
  'DeletionProtectionEnabled',
  'OnDemandThroughput',
  'PointInTimeRecoverySpecification',
  'ProvisionedThroughput',
  'Replicas',
  'ResourcePolicy',
  'SSESpecification',
  'TableClass',
  'TimeToLiveSpecification',
  'WarmThroughput',
  'WriteOnDemandThroughputSettings',
  'WriteProvisionedThroughputSettings',
]

const stateSchema = z.object({
  Table: z.object({
    TableStatus: z.string(),
    GlobalSecondaryIndexes: z.array(z.object({ IndexStatus: z.string() })).default([]),
  }),
})

const describedSchema = z.object({
  Table: z.object({
    KeySchema: keySchema,
    GlobalSecondaryIndexes: z.array(index).default([]),
    LocalSecondaryIndexes: z.array(index).default([]),
  }),
})

/**
 * dynalite needs a few milliseconds for each table. A busy machine needs longer, but a person should not wait forever.
 */
const readyWithinMs = 30_000

/**
 * Creates the tables that do not exist yet, and waits until every table and every index is `ACTIVE`: until then
 * dynalite answers `ResourceNotFoundException`.
 *
 * @throws LocalError if the keys or indexes of a table differ from the declared ones, or if a table does not become
 * ready
 */
export const provisionTables = async (
  deployment: Deployment,
  dynamodb: Pick<DynamoDb, 'call'>,
  folder: string,
  limitMs = readyWithinMs,
): Promise<string[]> => {
  const names: string[] = []
  for (const resource of deployment.ofType('AWS::DynamoDB::Table', 'AWS::DynamoDB::GlobalTable')) {
    const declared = deployment.read(resource, properties, idle)
    const TableName = deployment.physicalId(resource)
    names.push(TableName)
    const existing = await describe(dynamodb, TableName)
    if (existing === undefined) {
      // After a table exists, dynalite creates only one index at a time. In the request that creates the table, it
      // accepts all of them.
      await dynamodb.call('CreateTable', { TableName, BillingMode: 'PAY_PER_REQUEST', ...declared })
    } else if (shape(existing) !== shape(declared)) throw changed(resource, TableName, folder)
  }
  await Promise.all(names.map((name) => untilActive(dynamodb, name, { folder, limitMs })))
  return names
}

const untilActive = async (
  dynamodb: Pick<DynamoDb, 'call'>,
  TableName: string,
  { folder, limitMs }: { readonly folder: string; readonly limitMs: number },
): Promise<void> => {
  const until = Date.now() + limitMs
  for (;;) {
    const { Table } = stateSchema.parse(await dynamodb.call('DescribeTable', { TableName }))
    const indexes = Table.GlobalSecondaryIndexes.map(({ IndexStatus }) => IndexStatus)
    if ([Table.TableStatus, ...indexes].every((state) => state === 'ACTIVE')) return
    // dynalite never finishes creating a table if the process ended during the creation.
    if (Date.now() > until) throw notReady(TableName, folder)
    await new Promise((resolve) => setTimeout(resolve, 5))
  }
}

const describe = async (dynamodb: Pick<DynamoDb, 'call'>, TableName: string): Promise<Keys | undefined> => {
  try {
    return describedSchema.parse(await dynamodb.call('DescribeTable', { TableName })).Table
  } catch (error) {
    if (error instanceof AwsJsonError && error.code === 'ResourceNotFoundException') return undefined
    throw error
  }
}

type Keys = Pick<z.infer<typeof properties>, 'KeySchema' | 'GlobalSecondaryIndexes' | 'LocalSecondaryIndexes'>

const shape = ({ KeySchema, GlobalSecondaryIndexes = [], LocalSecondaryIndexes = [] }: Keys): string => {
  const key = (schema: Keys['KeySchema']): string =>
    schema.map((one) => `${one.KeyType} ${one.AttributeName}`).join(', ')
  const indexes = (list: readonly z.infer<typeof index>[]): string[] =>
    list
      .map(
        (one) =>
          `${one.IndexName}: ${key(one.KeySchema)} ${one.Projection.ProjectionType} ${[...(one.Projection.NonKeyAttributes ?? [])].sort()}`,
      )
      .sort()
  return JSON.stringify([key(KeySchema), indexes(GlobalSecondaryIndexes), indexes(LocalSecondaryIndexes)])
}

const changed = (resource: LocatedResource, name: string, folder: string): LocalError =>
  unusableData(
    `The table ${name} in ${folder} has other keys or indexes than ${resource.path} declares. Move the folder out of the way, or choose another folder with --data DIR.`,
  )

const notReady = (name: string, folder: string): LocalError =>
  unusableData(
    `The table ${name} in ${folder} does not become ready. Its creation was probably interrupted. Move the folder out of the way, or choose another folder with --data DIR.`,
  )
