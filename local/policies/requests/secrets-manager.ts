import * as z from 'zod'
import { type AccessRequest, arnOf, type ConditionValues, type Surroundings, UnknownCall } from '../access-request.ts'

const inputSchema = z.looseObject({
  Name: z.string().optional(),
  SecretId: z.string().optional(),
  Tags: z.array(z.object({ Key: z.string(), Value: z.string().default('') })).default([]),
  TagKeys: z.array(z.string()).default([]),
})

/** The operations on one secret. Each needs the permission of the same name. */
const onOneSecret: ReadonlySet<string> = new Set([
  'CreateSecret',
  'GetSecretValue',
  'PutSecretValue',
  'UpdateSecret',
  'DescribeSecret',
  'DeleteSecret',
  'RestoreSecret',
  'ListSecretVersionIds',
  'TagResource',
  'UntagResource',
])

export const secretsManagerRequests = (
  operation: string | undefined,
  body: unknown,
  surroundings: Surroundings,
): AccessRequest[] => {
  if (operation === 'ListSecrets') return [{ action: 'secretsmanager:ListSecrets', resource: '*', keys: {} }]
  const { Name, SecretId, Tags, TagKeys } = inputSchema.parse(body)
  const id = operation === 'CreateSecret' ? Name : SecretId
  if (operation === undefined || !onOneSecret.has(operation) || id === undefined)
    throw new UnknownCall(`the Secrets Manager operation ${operation}`)
  const secret = surroundings.secret(id)
  const resource = secret?.arn ?? (id.startsWith('arn:') ? id : arnOf('secretsmanager', surroundings, `secret:${id}`))
  const tagged = [...Tags.map(({ Key }) => Key), ...TagKeys]
  const keys: ConditionValues = {
    ...Object.fromEntries(Tags.map(({ Key, Value }) => [`aws:RequestTag/${Key}`, Value])),
    ...(tagged.length > 0 && { 'aws:TagKeys': tagged }),
    ...Object.fromEntries(Object.entries(secret?.tags ?? {}).map(([key, value]) => [`aws:ResourceTag/${key}`, value])),
  }
  const action = `secretsmanager:${operation}`
  // https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_CreateSecret.html
  if (operation === 'CreateSecret' && Tags.length > 0)
    return [action, 'secretsmanager:TagResource'].map((one) => ({ action: one, resource, keys }))
  return [{ action, resource, keys }]
}
