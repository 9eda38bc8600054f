import { createHash, createHmac } from 'node:crypto'
import { hashOf, looksLikeSecret, newSecret } from '../../secrets/random-secret.ts'

/**
 * Binds a round trip to the browser that began it. The secret is only in the browser's cookie. The row contains its
 * hash, and the code verifier is derived from it. The table therefore needs no encryption, and a code is worthless
 * without the cookie.
 */
export interface BrowserBinding {
  readonly secret: string
  /** The ticket of the start page, for another attempt. */
  readonly ticket: string
}

export const newBinding = (ticket: string): BrowserBinding => ({ secret: newSecret(), ticket })

export const bindingText = ({ secret, ticket }: BrowserBinding): string => `${secret}.${ticket}`

/** @returns undefined if the text is not a complete binding */
export const bindingOf = (text: string | undefined): BrowserBinding | undefined => {
  const [secret = '', ticket = '', ...more] = (text ?? '').split('.')
  return more.length === 0 && looksLikeSecret(secret) && looksLikeSecret(ticket) ? { secret, ticket } : undefined
}

export const bindingHash = (binding: BrowserBinding): string => hashOf(bindingText(binding))

/** RFC 7636 section 4.1: 43 characters, a different verifier for each state. */
export const verifierOf = ({ secret }: BrowserBinding, state: string): string =>
  createHmac('sha256', secret).update(`code verifier for ${state}`).digest('base64url')

/** RFC 7636 section 4.2, S256. */
export const challengeOf = (verifier: string): string => createHash('sha256').update(verifier).digest('base64url')
