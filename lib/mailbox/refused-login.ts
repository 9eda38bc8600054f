import * as z from 'zod'
import type { Credential } from '../accounts/credential.ts'
import type { Redact } from '../redaction/redaction.ts'
import { cutTo, printable } from '../text/printable.ts'
import type { MailboxErrorCode } from './mailbox-error.ts'

/** What a refusal means where it was a token that was refused, and no password. */
const meantForTokens: Partial<Record<MailboxErrorCode, MailboxErrorCode>> = {
  'credentials-rejected': 'token-refused',
  'authentication-unsupported': 'oauth2-unsupported',
}

export const loginCodeFor = ({ method }: Pick<Credential, 'method'>, code: MailboxErrorCode): MailboxErrorCode =>
  (method === 'oauth2' ? meantForTokens[code] : undefined) ?? code

/**
 * Exchange Online accepts a login and says this to what comes next where the mailbox is another's, or closed to IMAP
 * and POP3.
 */
export const authenticatedButNotConnected = /authenticated but not connected/i

/**
 * Characters of the server's final words where a challenge follows, and of each of its fields: neither may push the
 * other out of sight.
 */
const longestWords = 90
const longestField = 50

const field = z.union([z.string(), z.number()]).transform(String).optional().catch(undefined)

/** RFC 7628 section 3.2.2, and what others of the vendors say in its place. */
const challengeSchema = z
  .object({ status: field, error: field, error_description: field, schemes: field, scope: field })
  .catch({})

/**
 * Describes why a server refused a token: its final words, and the fields of its challenge.
 * @param challenge the decoded JSON, which the server made: anything
 */
export const refusedTokenWords = (words: string, challenge: unknown, redact: Redact): string => {
  const shown = (text: string, limit: number) => cutTo(printable(redact(text)), limit)
  const fields = Object.entries(challengeSchema.parse(challenge)).flatMap(([name, value]) =>
    value === undefined || value === '' ? [] : [`${name} ${shown(value, longestField)}`],
  )
  if (fields.length === 0) return redact(words)
  return `${shown(words, longestWords)} (${fields.join(', ')})`.trimStart()
}

/** A challenge as it came: base64 of JSON; undefined for anything else. */
export const decodedChallenge = (base64: string): unknown => {
  try {
    return JSON.parse(Buffer.from(base64, 'base64').toString('utf8'))
  } catch {
    return undefined
  }
}
