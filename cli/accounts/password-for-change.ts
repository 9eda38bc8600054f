import * as z from 'zod'
import { hostSchema } from '../../lib/accounts/fields/field-formats.ts'
import { passwordAgain } from '../../lib/accounts/input/password-again.ts'
import { accountTypes } from '../../lib/mailbox/account-type.ts'
import type { ApiClient } from '../api/client.ts'
import { accountPath } from '../api/paths.ts'

const destinationSchema = z.object({ host: hostSchema, type: z.enum(accountTypes) })
const storedSchema = destinationSchema.extend({ authentication: z.string() })

/**
 * @returns why the API requires the account's password for this change, or undefined if it does not require it or
 * rejects the change anyway
 */
export const whyPasswordAgain = async (
  accountId: string,
  fields: Record<string, unknown>,
  api: ApiClient,
): Promise<string | undefined> => {
  if (fields.host === undefined && fields.type === undefined) return undefined
  const stored = await api.get(accountPath(accountId), storedSchema)
  const wanted = destinationSchema.safeParse({ host: stored.host, type: stored.type, ...fields })
  return wanted.success && stored.authentication === 'password' ? passwordAgain(stored, wanted.data) : undefined
}
