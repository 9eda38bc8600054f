import * as z from 'zod'
import type { Deployment } from '../assembly/deployment.ts'
import type { Place, Surroundings } from './access-request.ts'

const keySchema = z.array(z.object({ AttributeName: z.string(), KeyType: z.enum(['HASH', 'RANGE']) }))
const indexes = z.array(z.object({ IndexName: z.string(), KeySchema: keySchema })).default([])

/** @param stores what only the running emulators know */
export const surroundingsOf = (
  deployment: Deployment,
  place: Place,
  stores: Pick<Surroundings, 'secret' | 'hasObject'>,
): Surroundings => ({
  ...place,
  ...stores,
  partitionKeys: partitionKeys(deployment),
  topicKeys: topicKeys(deployment),
})

const partitionKeys = (deployment: Deployment): Map<string, string> => {
  const keys = new Map<string, string>()
  for (const table of deployment.ofType('AWS::DynamoDB::Table', 'AWS::DynamoDB::GlobalTable')) {
    const name = deployment.physicalId(table)
    keys.set(name, hashKey(table.property('KeySchema')))
    for (const property of ['GlobalSecondaryIndexes', 'LocalSecondaryIndexes'])
      for (const { IndexName, KeySchema } of indexes.parse(table.property(property)))
        keys.set(`${name}/index/${IndexName}`, hashKey(KeySchema))
  }
  return keys
}

const hashKey = (schema: unknown): string =>
  keySchema.parse(schema).find(({ KeyType }) => KeyType === 'HASH')?.AttributeName ?? ''

/** Only keys of the templates are found here. Every role may use the keys that AWS manages for SNS. */
const topicKeys = (deployment: Deployment): Map<string, string> => {
  const keys = deployment.ofType('AWS::KMS::Key')
  return new Map(
    deployment.ofType('AWS::SNS::Topic').flatMap((topic): [string, string][] => {
      const id = topic.property('KmsMasterKeyId')
      const key = keys.find((one) =>
        [deployment.physicalId(one), deployment.attribute(one, 'Arn')].includes(String(id)),
      )
      return key === undefined ? [] : [[deployment.physicalId(topic), deployment.attribute(key, 'Arn')]]
    }),
  )
}
