import * as z from 'zod'
import { keyIdOf } from '../../emulators/kms/ciphertext.ts'
import { type AccessRequest, arnOf, type ConditionValues, type Surroundings, UnknownCall } from '../access-request.ts'

const inputSchema = z.looseObject({
  KeyId: z.string().optional(),
  CiphertextBlob: z.base64().optional(),
  EncryptionContext: z.record(z.string(), z.string()).default({}),
})

const operations: ReadonlySet<string> = new Set(['GenerateDataKey', 'Decrypt'])

export const kmsRequests = (
  operation: string | undefined,
  body: unknown,
  surroundings: Surroundings,
): AccessRequest[] => {
  const { KeyId, CiphertextBlob, EncryptionContext } = inputSchema.parse(body)
  // A request to decrypt need not name its key, because the ciphertext does.
  const key = KeyId ?? keyIdOf(Buffer.from(CiphertextBlob ?? '', 'base64'))
  if (operation === undefined || !operations.has(operation) || key === undefined)
    throw new UnknownCall(`the KMS operation ${operation}`)
  const resource = key.startsWith('arn:') ? key : arnOf('kms', surroundings, `key/${key}`)
  return [{ action: `kms:${operation}`, resource, keys: kmsKeys(EncryptionContext) }]
}

/** The condition keys of an encryption context: its values, and the list of its keys. */
export const kmsKeys = (context: Readonly<Record<string, string>>): ConditionValues => {
  const pairs = Object.entries(context)
  if (pairs.length === 0) return {}
  return {
    'kms:EncryptionContextKeys': pairs.map(([key]) => key),
    ...Object.fromEntries(pairs.map(([key, value]) => [`kms:EncryptionContext:${key}`, value])),
  }
}
