import * as z from 'zod'
import type { Conditions, Permission } from '../cdk/permissions.ts'

/** One request as IAM evaluates it. `keys` are the condition keys of the request. */
export interface JudgedRequest {
  readonly action: string
  /** Construct paths, as used in a permission. */
  readonly resource: string
  readonly keys: Readonly<Record<string, string | readonly string[]>>
}

/**
 * Checks whether a role allows a request, by IAM's rules for `Allow` statements. One statement must match the action,
 * the resource and every condition.
 * @throws for operators that the templates do not use
 */
export const allows = (permissions: readonly Permission[], request: JudgedRequest): boolean =>
  permissions.some(
    ({ action, resource, condition = {} }) =>
      action === request.action && resource === request.resource && holds(condition, request.keys),
  )

const holds = (conditions: Conditions, keys: JudgedRequest['keys']): boolean =>
  Object.entries(conditions).every(([operator, tests]) => {
    const test = operators[operator]
    if (!test) throw new Error(`the role check does not support the operator ${operator}`)
    return Object.entries(tests).every(([key, wanted]) =>
      test(keys[key] === undefined ? undefined : [keys[key]].flat(), wanted),
    )
  })

type Operator = (given: readonly string[] | undefined, wanted: readonly string[]) => boolean

const operators: Readonly<Record<string, Operator>> = {
  // A missing key never matches, except with an `IfExists` operator, where it always matches.
  StringEquals: (given, wanted) => given?.length === 1 && wanted.includes(given[0] ?? ''),
  StringEqualsIfExists: (given, wanted) =>
    given === undefined || (given.length === 1 && wanted.includes(given[0] ?? '')),
  StringLike: (given, wanted) => given?.length === 1 && wanted.some((pattern) => isLike(given[0] ?? '', pattern)),
  // Also matches a missing key, which is why `Null` is combined with it.
  'ForAllValues:StringEquals': (given, wanted) => (given ?? []).every((value) => wanted.includes(value)),
  'ForAllValues:StringLike': (given, wanted) =>
    (given ?? []).every((value) => wanted.some((pattern) => isLike(value, pattern))),
  Null: (given, wanted) => (given === undefined) === (wanted[0] === 'true'),
}

/** `*` matches any characters, and `?` matches one. */
const isLike = (value: string, pattern: string): boolean => {
  const escaped = pattern.replaceAll(/[\\^$.|+()[\]{}]/g, '\\$&')
  return new RegExp(`^${escaped.replaceAll('*', '.*').replaceAll('?', '.')}$`, 's').test(value)
}

/** The condition keys of a DynamoDB call. The tables whose rows have several owners have the partition key `key`. */
export const dynamoKeys = ({ ReturnValues, Key, Item }: Readonly<Record<string, unknown>>): JudgedRequest['keys'] => {
  const row = rowKeySchema.safeParse(Key ?? Item)
  return {
    ...(ReturnValues !== undefined && { 'dynamodb:ReturnValues': String(ReturnValues) }),
    ...(row.success && { 'dynamodb:LeadingKeys': [row.data.key.S] }),
  }
}

const rowKeySchema = z.looseObject({ key: z.looseObject({ S: z.string() }) })

/** The condition keys of a KMS call: the encryption context, as single values and as the list of its keys. */
export const kmsKeys = ({ EncryptionContext }: Readonly<Record<string, unknown>>): JudgedRequest['keys'] => {
  const context = Object.entries((EncryptionContext ?? {}) as Record<string, string>)
  if (context.length === 0) return {}
  return {
    'kms:EncryptionContextKeys': context.map(([key]) => key),
    ...Object.fromEntries(context.map(([key, value]) => [`kms:EncryptionContext:${key}`, value])),
  }
}
