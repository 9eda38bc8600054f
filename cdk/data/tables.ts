import { RemovalPolicy, Stack, Validations } from 'aws-cdk-lib'
import { AttributeType, BillingMode, ProjectionType, Table, TableEncryption } from 'aws-cdk-lib/aws-dynamodb'
import { Construct } from 'constructs'
import {
  type TableDefinition,
  type TableIndex,
  type TableName,
  tableNames,
  tables,
  tableVariable,
} from '../../lib/tables/tables.ts'
import type { CollectorFunction } from '../collector-function.ts'

export type RowAction =
  | 'GetItem'
  | 'BatchGetItem'
  | 'Scan'
  | 'Query'
  | 'PutItem'
  | 'BatchWriteItem'
  | 'UpdateItem'
  | 'DeleteItem'

/** The writes that can request the row's values in the response. BatchWriteItem cannot. */
const conditionedActions: readonly RowAction[] = ['PutItem', 'UpdateItem', 'DeleteItem']
const isConditioned = (action: RowAction) => conditionedActions.includes(action)
const iamAction = (action: RowAction) => `dynamodb:${action}`

/**
 * No write requests values, so no grant allows it. A function that may write a row but not read it does not receive the
 * row in the response to a write. A request without the parameter does not have this condition key and returns no
 * values.
 *
 * IAM does not have a condition key for ReturnValuesOnConditionCheckFailure and cannot prevent a condition expression
 * from testing a value. A function that may write a row can therefore discover its values, so the data that must stay
 * hidden from such functions is encrypted or hashed (docs/decisions/0024).
 */
const returningNothing = { StringEqualsIfExists: { 'dynamodb:ReturnValues': 'NONE' } }

export interface TableGrant<Name extends TableName> {
  /** Actions on rows of the table itself. */
  readonly rows?: readonly RowAction[]
  /** Patterns such as `circuit#*` of the partition keys of the rows that the function may write. Without it, all rows. */
  readonly writes?: readonly string[]
  /** Indexes that the function may query. */
  readonly query?: readonly (keyof (typeof tables)[Name]['indexes'] & string)[]
}

/** Creates every table in lib/tables/tables.ts. Functions get permissions on tables only through this construct. */
export class Tables extends Construct {
  readonly #tables: Readonly<Record<TableName, Table>>

  readonly #restored: ReadonlyMap<TableName, string>

  /** @param restored the names of tables that the functions use instead of the ones of this construct */
  constructor(scope: Construct, id: string, restored: ReadonlyMap<TableName, string>) {
    super(scope, id)
    this.#restored = restored
    const created = tableNames.map((name) => [name, this.#table(name)])
    this.#tables = Object.fromEntries(created) as Record<TableName, Table>
  }

  /** Passes the table's name to the function and grants exactly these actions. `Table.grant` would add every index. */
  grant<Name extends TableName>(
    fn: CollectorFunction,
    name: Name,
    { rows = [], writes: keys, query = [] }: TableGrant<Name>,
  ): void {
    const { tableName, tableArn } = this.#used(fn, name)
    fn.addEnvironment(tableVariable(name), tableName)
    const [writes, others] = [rows.filter(isConditioned), rows.filter((action) => !isConditioned(action))]
    if (others.length > 0) fn.may(others.map(iamAction), tableArn)
    const ownRows = keys && { 'ForAllValues:StringLike': { 'dynamodb:LeadingKeys': keys } }
    if (writes.length > 0) fn.mayWhen({ ...returningNothing, ...ownRows }, writes.map(iamAction), tableArn)
    if (query.length > 0) fn.may(['dynamodb:Query'], ...query.map((index) => `${tableArn}/index/${index}`))
  }

  /** Lets a function that makes changes add an entry and settle it, but not read or remove one (docs/decisions/0018). */
  grantAuditing(fn: CollectorFunction): void {
    this.grant(fn, 'audit', { rows: ['PutItem', 'UpdateItem'] })
  }

  #used(fn: CollectorFunction, name: TableName): Pick<Table, 'tableName' | 'tableArn'> {
    const tableName = this.#restored.get(name)
    if (tableName === undefined) return this.#tables[name]
    const tableArn = Stack.of(fn).formatArn({ service: 'dynamodb', resource: 'table', resourceName: tableName })
    return { tableName, tableArn }
  }

  #table(name: TableName): Table {
    const { partitionKey, sortKey, timeToLive, backedUp, indexes }: TableDefinition = tables[name]
    const table = new Table(this, pascalCase(name), {
      partitionKey: text(partitionKey),
      ...(sortKey && { sortKey: text(sortKey) }),
      billingMode: BillingMode.PAY_PER_REQUEST,
      encryption: TableEncryption.AWS_MANAGED,
      pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: backedUp ?? true },
      deletionProtection: true,
      removalPolicy: RemovalPolicy.RETAIN,
      ...(timeToLive && { timeToLiveAttribute: timeToLive }),
    })
    if (backedUp === false)
      Validations.of(table).acknowledge({
        id: 'AwsSolutions-DDB3',
        reason: 'The rows expire within a day, so a backup would have no use.',
      })
    for (const [indexName, index] of Object.entries(indexes))
      table.addGlobalSecondaryIndex({
        indexName,
        partitionKey: text(index.partitionKey),
        sortKey: text(index.sortKey),
        ...projectionOf(index),
      })
    return table
  }
}

const projectionOf = ({ projection }: TableIndex) => {
  if (projection === 'all') return { projectionType: ProjectionType.ALL }
  if (projection === 'keys') return { projectionType: ProjectionType.KEYS_ONLY }
  return { projectionType: ProjectionType.INCLUDE, nonKeyAttributes: [...projection] }
}

const text = (name: string) => ({ name, type: AttributeType.STRING })
const pascalCase = (name: string) => name.charAt(0).toUpperCase() + name.slice(1)
