import type * as z from 'zod'
import { messageSchema } from '../message.ts'

/**
 * What a message's row contains and its bytes do not. It is stored with the raw mail, so that the row can be written
 * again if it is lost. It never contains anything that the sender wrote.
 */
export const rawOriginSchema = messageSchema.pick({
  accountId: true,
  accountType: true,
  runId: true,
  source: true,
  storedAt: true,
})
export type RawOrigin = z.infer<typeof rawOriginSchema>

/** S3 adds the prefix `x-amz-meta-`. */
const metadataKey = 'postmaster-origin'
/**
 * In bytes, for all keys and values together
 * (https://docs.aws.amazon.com/AmazonS3/latest/userguide/UsingMetadata.html). An origin with the longest folder name
 * that an account can have needs 1,900.
 */
const metadataLimit = 2048

/**
 * Writes an origin as metadata of an object. Header values are visible ASCII, and proxies and signatures may change
 * spaces, so all other characters are escaped as JSON allows.
 * @returns no metadata if S3 would refuse it, because storing the mail matters more than its origin
 */
export const metadataOf = (origin: RawOrigin): Record<string, string> => {
  const value = JSON.stringify(rawOriginSchema.parse(origin)).replace(
    /[^\x21-\x7e]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  )
  return metadataKey.length + value.length > metadataLimit ? {} : { [metadataKey]: value }
}

/** @returns undefined if the object was stored without an origin, or with one that this version cannot read */
export const originIn = (metadata: Readonly<Record<string, string>>): RawOrigin | undefined => {
  try {
    return rawOriginSchema.safeParse(JSON.parse(metadata[metadataKey] ?? '')).data
  } catch {
    return undefined
  }
}
