import * as z from 'zod'
import { validities } from '../accounts/account.ts'
import { bookkeepingFields } from '../requests/documented-fields.ts'
import { comparableIdentity } from '../text/names.ts'
import { commonInputFields, queueFieldDocs, queueIdInput } from './queue.ts'

const addressDocs = {
  description: 'A bare mail address. It is stored in lower case.',
  examples: ['support@example.com'],
}

/** The fields of a system address that the API shows. A field that only the stored address has is private. */
const publicFields = {
  /** The address is its own key. */
  address: z.string().min(3).max(254).meta(addressDocs),
  queueId: z.string().meta(queueFieldDocs.queueId),
  validity: z.enum(validities).meta(queueFieldDocs.validity),
  comment: z.string().max(250).meta(queueFieldDocs.comment),
  ...bookkeepingFields,
}

export const systemAddressSchema = z.object({ ...publicFields, version: z.int().min(1) })
export type SystemAddress = z.infer<typeof systemAddressSchema>

/**
 * A mail address as written by mail servers, without quoting (RFC 5321, and RFC 6531 for letters beyond ASCII). `/` is
 * not allowed because the address is a path segment of the API.
 */
const bareAddress = /^[^\s"(),/:;<>@[\\\]\p{Cc}]+@[^\s"(),/:;<>@[\\\]\p{Cc}]+$/u

export const addressTextSchema = z
  .string()
  .trim()
  .toLowerCase()
  .min(3)
  .max(254)
  .regex(bareAddress, 'must be one bare address, for example `support@example.com`')
  .meta(addressDocs)

/**
 * Addresses in mail are compared character by character, so an address with invisible or full-width characters only
 * looks like another one.
 */
const newAddressSchema = addressTextSchema
  .refine(
    (address) => comparableIdentity(address) === address,
    'must not contain invisible characters, or full-width, decomposed or other variants of letters',
  )
  .meta(addressDocs)

export const systemAddressInputSchema = z
  .strictObject({ address: newAddressSchema, queueId: queueIdInput, ...commonInputFields })
  .meta({ id: 'SystemAddressInput', description: 'A system address in a request.' })
export type SystemAddressInput = z.infer<typeof systemAddressInputSchema>

/** In a change, the address is the key. It may be repeated but not altered. */
export const systemAddressChangeSchema = systemAddressInputSchema
  .extend({ address: addressTextSchema.optional() })
  .meta({ id: 'SystemAddressChange', description: 'The new version of a system address.' })
export type SystemAddressChange = z.infer<typeof systemAddressChangeSchema>

export const systemAddressViewSchema = z
  .object({
    ...publicFields,
    queueName: z
      .string()
      .meta({
        description: 'The queue’s name. It is absent if the queue no longer exists.',
        examples: queueFieldDocs.name.examples,
      })
      .optional(),
  })
  .meta({ id: 'SystemAddress', description: 'An address of the service desk and the queue for its mail.' })
export type SystemAddressView = z.infer<typeof systemAddressViewSchema>

/** @param queueName undefined if the queue no longer exists even though the address still refers to it */
export const systemAddressViewOf = (address: SystemAddress, queueName: string | undefined): SystemAddressView =>
  systemAddressViewSchema.parse({ ...address, ...(queueName !== undefined && { queueName }) })
