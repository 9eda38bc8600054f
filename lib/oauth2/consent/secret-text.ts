import { createHash, randomBytes } from 'node:crypto'

/** Tickets, states and browser secrets: 256 bits as base64url. RFC 6749 section 10.10 asks for 128 at least. */
export const newSecret = (): string => randomBytes(32).toString('base64url')

const form = /^[A-Za-z0-9_-]{43}$/
export const looksLikeSecret = (text: string): boolean => form.test(text)

/** All that is stored of a secret. Without salt or stretching: nobody guesses 256 bits. */
export const hashOf = (text: string): string => createHash('sha256').update(text).digest('base64url')
