import * as z from 'zod'
import { comparableIdentity } from '../text/comparable-name.ts'
import { oneLineText } from '../text/one-line-text.ts'
import { uniqueName } from '../text/unique-name.ts'
import { dispatchingValidities, queueFieldDocs } from './queue.ts'

const validity = z.enum(dispatchingValidities).meta(queueFieldDocs.validity).default('valid')
const comment = oneLineText.max(250).meta(queueFieldDocs.comment).default('')
const queueId = z.string().min(1).max(64).meta(queueFieldDocs.queueId)

export const queueInputSchema = z
  .strictObject({
    name: uniqueName.meta(queueFieldDocs.name),
    validity,
    comment,
  })
  .meta({ id: 'QueueInput', description: 'A queue in a request.' })
export type QueueInput = z.infer<typeof queueInputSchema>

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
  .meta(queueFieldDocs.address)

/**
 * Addresses in mail are compared character by character, so an address with invisible or full-width characters only
 * looks like another one.
 */
const newAddressSchema = addressTextSchema
  .refine(
    (address) => comparableIdentity(address) === address,
    'must not contain invisible characters, or full-width, decomposed or other variants of letters',
  )
  .meta(queueFieldDocs.address)

export const systemAddressInputSchema = z
  .strictObject({ address: newAddressSchema, queueId, validity, comment })
  .meta({ id: 'SystemAddressInput', description: 'A system address in a request.' })
export type SystemAddressInput = z.infer<typeof systemAddressInputSchema>

/** In a change, the address is the key. It may be repeated but not altered. */
export const systemAddressChangeSchema = systemAddressInputSchema
  .extend({ address: addressTextSchema.optional() })
  .meta({ id: 'SystemAddressChange', description: 'The new version of a system address.' })
export type SystemAddressChange = z.infer<typeof systemAddressChangeSchema>

export const defaultQueueInputSchema = z
  .strictObject({ queueId })
  .meta({ id: 'DefaultQueueInput', description: 'The queue to set as the default.' })
