import { createHash, randomBytes } from 'node:crypto'

/** A secret of 256 bits as base64url. RFC 6749 section 10.10 requires at least 128 for tickets and states. */
export const newSecret = (): string => randomBytes(32).toString('base64url')

const form = /^[A-Za-z0-9_-]{43}$/
export const looksLikeSecret = (text: string): boolean => form.test(text)

/** The stored form of a secret. It needs no salt or stretching, because 256 bits cannot be guessed. */
export const hashOf = (text: string): string => createHash('sha256').update(text).digest('base64url')
