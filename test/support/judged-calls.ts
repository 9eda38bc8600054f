import * as z from 'zod'
import type { ServiceCall } from '../../local/start-local.ts'
import { pathOf, type Resource, type Templates } from '../cdk/synthesised.ts'
import { dynamoKeys, type JudgedRequest, kmsKeys } from './role-check.ts'

/** A call of a bundle as the requests that IAM evaluates: one for each table, index or key in the call. */
export interface FunctionCall {
  /** The construct path of the function. */
  readonly by: string
  readonly requests: readonly JudgedRequest[]
}

const dynamoInput = z.looseObject({
  TableName: z.string().optional(),
  IndexName: z.string().optional(),
  RequestItems: z.record(z.string(), z.unknown()).optional(),
})
const kmsInput = z.looseObject({ KeyId: z.string() })

/**
 * Reads the requests of a local run's functions to DynamoDB and KMS.
 * @param physicalIds the physical ids by logical id, as assigned by the local run
 */
export const callReader = (templates: Templates, physicalIds: Readonly<Record<string, string>>) => {
  const pathOfLogical = (id: string): string => {
    for (const template of Object.values(templates)) {
      const resources = template.toJSON().Resources as Record<string, Resource>
      if (resources[id]) return pathOf(resources[id])
    }
    throw new Error(`no resource ${id}`)
  }
  const logicalIds = new Map(Object.entries(physicalIds).map(([logical, physical]) => [physical, logical]))
  const pathOfPhysical = (id: string) => pathOfLogical(logicalIds.get(id) ?? id)

  /** @returns undefined for another service, and for a caller that is not a function in the templates */
  return ({ service, operation, accessKeyId, body }: ServiceCall): FunctionCall | undefined => {
    const isFunction = accessKeyId in templates.collector.toJSON().Resources
    if ((service !== 'dynamodb' && service !== 'kms') || !isFunction) return undefined
    const by = pathOfLogical(accessKeyId)
    const action = `${service}:${operation}`
    const input: unknown = JSON.parse(body.toString())
    if (service === 'kms') {
      const parsed = kmsInput.parse(input)
      const resource = pathOfPhysical(parsed.KeyId.split('/').at(-1) ?? '')
      return { by, requests: [{ action, resource, keys: kmsKeys(parsed) }] }
    }
    const { TableName, IndexName, RequestItems, ...rest } = dynamoInput.parse(input)
    const tables = TableName === undefined ? Object.keys(RequestItems ?? {}) : [TableName]
    const index = IndexName === undefined ? '' : `/index/${IndexName}`
    const requests = tables.map((table) => ({
      action,
      resource: `${pathOfPhysical(table)}${index}`,
      keys: dynamoKeys(rest),
    }))
    return { by, requests }
  }
}
