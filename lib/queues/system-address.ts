import * as z from 'zod'
import { validities } from '../accounts/account.ts'
import { bookkeepingFields } from '../requests/documented-fields.ts'
import { asciiDomain } from '../text/ascii-domain.ts'
import { comparableIdentity } from '../text/names.ts'
import { commonInputFields, queueFieldDocs, queueIdInput } from './queue.ts'

/** In characters. The limit in RFC 5321 section 4.5.3.1.3 includes two angle brackets. */
const longestAddress = 254

/**
 * Returns the form in which addresses are compared. Case does not matter, as in the reference, and the
 * internationalised form of a domain equals its ASCII form, because mail without SMTPUTF8 always contains the ASCII
 * form. Plus parts and dots are significant. Never throws.
 */
export const comparableAddress = (address: string): string => {
  const lower = address.trim().toLowerCase()
  const domainAt = lower.lastIndexOf('@') + 1
  return lower.slice(0, domainAt) + asciiDomain(lower.slice(domainAt))
}

const addressDocs = {
  description:
    'A bare mail address. It is stored in lower case. An internationalised domain and its ASCII form (`xn--…`) are ' +
    'the same domain.',
  examples: ['support@example.com'],
}

/** The fields of a system address that the API shows. A field that only the stored address has is private. */
const publicFields = {
  /** The address is its own key. */
  address: z.string().min(3).max(longestAddress).meta(addressDocs),
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
  .max(longestAddress)
  .regex(bareAddress, 'must be one bare address, for example `support@example.com`')
  .refine(
    (address) => comparableAddress(address).length <= longestAddress,
    `must be at most ${longestAddress} characters long with its domain in ASCII form`,
  )
  .meta(addressDocs)

/**
 * Local parts are compared character by character, so an address with invisible or full-width characters would only
 * look like another address.
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
