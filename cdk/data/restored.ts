import * as z from 'zod'
import { type TableName, tableNames } from '../../lib/tables/tables.ts'

/** @see CreateTable of the DynamoDB API: 3 to 255 characters */
const physicalTableName = /^[A-Za-z0-9_.-]{3,255}$/

/** The names of restored tables, for example `accounts=Restored-accounts,messages=Restored-messages`. */
export const restoredTablesSchema = z
  .string()
  .transform((list) => list.split(',').map((item) => item.trim().split('=')))
  .pipe(z.array(z.tuple([z.enum(tableNames as [TableName, ...TableName[]]), z.string().regex(physicalTableName)])))
  .refine((pairs) => new Set(pairs.map(([table]) => table)).size === pairs.length, { error: 'names a table twice' })
  .transform((pairs): ReadonlyMap<TableName, string> => new Map(pairs))

/** The name of a restored bucket. @see "General purpose bucket naming rules" of Amazon S3 */
export const restoredBucketSchema = z.string().regex(/^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/, {
  error: 'must be the name of a bucket',
})

/**
 * What the functions use instead of the tables and the bucket of the stateful stack. It belongs to no stack:
 * CloudFormation neither creates nor changes nor deletes it (docs/decisions/0041).
 */
export interface Restored {
  readonly tables: ReadonlyMap<TableName, string>
  readonly bucket?: string
}
