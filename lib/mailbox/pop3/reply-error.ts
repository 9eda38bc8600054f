import { ownMember } from '../../text/names.ts'
import { MailboxError, type MailboxErrorCode } from '../mailbox-error.ts'

/** Response codes in square brackets (RFC 2449 section 8, RFC 3206). `loginErrorOf` handles AUTH. */
const responseCodes: Readonly<Record<string, MailboxErrorCode>> = {
  'IN-USE': 'mailbox-in-use',
  'LOGIN-DELAY': 'throttled',
  'SYS/TEMP': 'server-unavailable',
  'SYS/PERM': 'mailbox-refused',
}

/** Texts from servers that send no codes. A throttle or a lock must not be taken for a rejected password. */
const phrases: ReadonlyArray<readonly [RegExp, MailboxErrorCode]> = [
  [/\b(lock(ed)?|in use|busy)\b/i, 'mailbox-in-use'],
  [/too many|throttl|rate limit|slow down|too (often|frequent)/i, 'throttled'],
  [/temporar|try again|unavailable|internal (server )?error/i, 'server-unavailable'],
]

/**
 * Pairs of words, in this order, that Dovecot, Courier, Cyrus, Exchange and hMailServer use to reject an unencrypted
 * password.
 */
const clearRefused: ReadonlyArray<readonly [RegExp, RegExp]> = [
  [/plain ?text/i, /disallow|disabl|not (allowed|permitted)/i],
  [/ssl|tls|encrypt|secure/i, /requir|needed|must|first/i],
  [/requir|need|must|use/i, /ssl|tls|encrypt|secure/i],
]

const responseCode = (text: string): string => /^\[([^\]\s]+)(?:\s[^\]]*)?\]/.exec(text)?.[1]?.toUpperCase() ?? ''

const codedReason = (text: string): MailboxErrorCode | undefined => {
  const code = responseCode(text)
  return ownMember(responseCodes, code)
}

const phrasedReason = (text: string): MailboxErrorCode | undefined =>
  responseCode(text) === 'AUTH' ? undefined : phrases.find(([pattern]) => pattern.test(text))?.[1]

/** Interprets -ERR when only the server's own state can be the reason: greeting, UIDL, LIST, CAPA. */
export const refusalErrorOf = (text: string, otherwise: MailboxErrorCode): MailboxError =>
  new MailboxError(codedReason(text) ?? otherwise, text)

/** Interprets -ERR to USER, PASS or AUTH. `inClear`: the session is not encrypted. */
export const loginErrorOf = (text: string, inClear: boolean): MailboxError => {
  if (inClear && clearRefused.some(([first, second]) => inOrder(text, first, second)))
    return new MailboxError('login-disabled', text)
  return refusalErrorOf(text, phrasedReason(text) ?? 'credentials-rejected')
}

/**
 * Interprets an unsolicited line: servers send "-ERR idle for too long" before they close the connection. Anything else
 * violates POP3.
 */
export const sessionEndedBy = (line: string): MailboxError =>
  /^-ERR/i.test(line)
    ? refusalErrorOf(line.replace(/^-ERR ?/i, ''), 'connection-lost')
    : new MailboxError('server-misbehaved', line)

/**
 * Searches for one expression after another. A single expression with `.*` in between takes quadratic time on a text
 * that repeats its beginning.
 * @returns true if `second` matches anywhere after the first match of `first`
 */
const inOrder = (text: string, first: RegExp, second: RegExp): boolean => {
  const match = first.exec(text)
  return match !== null && second.test(text.slice(match.index + match[0].length))
}
