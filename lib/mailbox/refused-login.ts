import * as z from 'zod'
import type { Redact } from '../redaction/redaction.ts'
import { cutTo, printable } from '../text/printable.ts'
import type { Credential } from './mailbox.ts'
import type { MailboxErrorCode } from './mailbox-error.ts'

/** The meaning of a refusal if the credential is a token instead of a password. */
const meantForTokens: Partial<Record<MailboxErrorCode, MailboxErrorCode>> = {
  'credentials-rejected': 'token-refused',
  'authentication-unsupported': 'oauth2-unsupported',
}

export const loginCodeFor = ({ method }: Pick<Credential, 'method'>, code: MailboxErrorCode): MailboxErrorCode =>
  (method === 'oauth2' ? meantForTokens[code] : undefined) ?? code

/**
 * Exchange Online accepts a login and then sends this in response to the next command if the mailbox belongs to another
 * user, or is closed to IMAP and POP3.
 */
export const authenticatedButNotConnected = /authenticated but not connected/i

/**
 * The maximum number of characters of the server's final text if a challenge follows, and of each field of the
 * challenge, so that neither hides the other.
 */
const longestWords = 90
const longestField = 50

const field = z.union([z.string(), z.number()]).transform(String).optional().catch(undefined)

/** RFC 7628 section 3.2.2, and the fields that other vendors use instead. */
const challengeSchema = z
  .object({ status: field, error: field, error_description: field, schemes: field, scope: field })
  .catch({})

/**
 * Describes why a server refused a token: its final text, and the fields of its challenge.
 * @param challenge the decoded JSON from the server, which may be anything
 */
export const refusedTokenWords = (text: string, challenge: unknown, redact: Redact): string => {
  const shown = (text: string, limit: number) => cutTo(printable(redact(text)), limit)
  const fields = Object.entries(challengeSchema.parse(challenge)).flatMap(([name, value]) =>
    value === undefined || value === '' ? [] : [`${name} ${shown(value, longestField)}`],
  )
  if (fields.length === 0) return redact(text)
  return `${shown(text, longestWords)} (${fields.join(', ')})`.trimStart()
}

/** @returns the challenge, decoded from base64 and parsed as JSON; undefined for anything else */
export const decodedChallenge = (base64: string): unknown => {
  try {
    return JSON.parse(Buffer.from(base64, 'base64').toString('utf8'))
  } catch {
    return undefined
  }
}
