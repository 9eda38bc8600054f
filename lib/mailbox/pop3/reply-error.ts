import { inOrder } from '../../text/in-order.ts'
import { ownMember } from '../../text/own-member.ts'
import { MailboxError, type MailboxErrorCode } from '../mailbox-error.ts'

/** Response codes in square brackets (RFC 2449 section 8, RFC 3206). AUTH is read by `loginErrorOf`. */
const responseCodes: Readonly<Record<string, MailboxErrorCode>> = {
  'IN-USE': 'mailbox-in-use',
  'LOGIN-DELAY': 'throttled',
  'SYS/TEMP': 'server-unavailable',
  'SYS/PERM': 'mailbox-refused',
}

/** Words of servers that send no codes; a throttle or a lock must not read as a rejected password. */
const phrases: ReadonlyArray<readonly [RegExp, MailboxErrorCode]> = [
  [/\b(lock(ed)?|in use|busy)\b/i, 'mailbox-in-use'],
  [/too many|throttl|rate limit|slow down|too (often|frequent)/i, 'throttled'],
  [/temporar|try again|unavailable|internal (server )?error/i, 'server-unavailable'],
]

/**
 * Word pairs, in this order, with which Dovecot, Courier, Cyrus, Exchange and hMailServer refuse an unencrypted
 * password.
 */
const clearRefused: ReadonlyArray<readonly [RegExp, RegExp]> = [
  [/plain ?text/i, /disallow|disabl|not (allowed|permitted)/i],
  [/ssl|tls|encrypt|secure/i, /requir|needed|must|first/i],
  [/requir|need|must|use/i, /ssl|tls|encrypt|secure/i],
]

const responseCode = (words: string): string => /^\[([^\]\s]+)(?:\s[^\]]*)?\]/.exec(words)?.[1]?.toUpperCase() ?? ''

const codedReason = (words: string): MailboxErrorCode | undefined => {
  const code = responseCode(words)
  return ownMember(responseCodes, code)
}

const phrasedReason = (words: string): MailboxErrorCode | undefined =>
  responseCode(words) === 'AUTH' ? undefined : phrases.find(([pattern]) => pattern.test(words))?.[1]

/** -ERR where only the server's own state can be the reason: greeting, UIDL, LIST, CAPA. */
export const refusalErrorOf = (words: string, otherwise: MailboxErrorCode): MailboxError =>
  new MailboxError(codedReason(words) ?? otherwise, words)

/** -ERR to USER, PASS or AUTH. `inClear`: the session is not encrypted. */
export const loginErrorOf = (words: string, inClear: boolean): MailboxError => {
  if (inClear && clearRefused.some(([first, second]) => inOrder(words, first, second)))
    return new MailboxError('login-disabled', words)
  return refusalErrorOf(words, phrasedReason(words) ?? 'credentials-rejected')
}

/** A line nobody asked for: servers say "-ERR idle for too long" before they hang up; anything else is no POP3. */
export const sessionEndedBy = (line: string): MailboxError =>
  /^-ERR/i.test(line)
    ? refusalErrorOf(line.replace(/^-ERR ?/i, ''), 'connection-lost')
    : new MailboxError('server-misbehaved', line)
