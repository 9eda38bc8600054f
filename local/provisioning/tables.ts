import * as z from 'zod'
import type { Deployment } from '../assembly/deployment.ts'
import type { LocatedResource } from '../assembly/located-resource.ts'
import { LocalError } from '../common/errors.ts'
import { AwsJsonError } from '../emulators/aws-json.ts'
import type { DynamoDb } from '../emulators/dynamodb.ts'

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

/** Backups, encryption, capacity and protection change nothing on one machine; expired items stay. */
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

const describedSchema = z.object({
  Table: z.object({
    KeySchema: keySchema,
    GlobalSecondaryIndexes: z.array(index).default([]),
    LocalSecondaryIndexes: z.array(index).default([]),
  }),
})

/** Creates the tables that are not there yet. One with other keys or indexes than declared is an error. */
export async function provisionTables(deployment: Deployment, dynamodb: DynamoDb, folder: string): Promise<string[]> {
  const names: string[] = []
  for (const resource of deployment.ofType('AWS::DynamoDB::Table', 'AWS::DynamoDB::GlobalTable')) {
    const declared = deployment.read(resource, properties, idle)
    const TableName = deployment.physicalId(resource)
    names.push(TableName)
    const existing = await describe(dynamodb, TableName)
    if (existing === undefined) {
      // dynalite creates one index at a time after the table only; with the table, it takes them all.
      await dynamodb.call('CreateTable', { TableName, BillingMode: 'PAY_PER_REQUEST', ...declared })
    } else if (shape(existing) !== shape(declared)) throw changed(resource, TableName, folder)
  }
  return names
}

async function describe(dynamodb: DynamoDb, TableName: string): Promise<Keys | undefined> {
  try {
    return describedSchema.parse(await dynamodb.call('DescribeTable', { TableName })).Table
  } catch (error) {
    if (error instanceof AwsJsonError && error.code === 'ResourceNotFoundException') return undefined
    throw error
  }
}

type Keys = Pick<z.infer<typeof properties>, 'KeySchema' | 'GlobalSecondaryIndexes' | 'LocalSecondaryIndexes'>

function shape({ KeySchema, GlobalSecondaryIndexes = [], LocalSecondaryIndexes = [] }: Keys): string {
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

function changed(resource: LocatedResource, name: string, folder: string): LocalError {
  return new LocalError(
    'dataFolder',
    `The table ${name} in ${folder} has other keys or indexes than ${resource.path} declares; move the folder away, or choose another with --data DIR.`,
  )
}
