import * as z from 'zod'
import type { Credential } from '../../accounts/credential.ts'
import type { Redact } from '../../redaction/redaction.ts'
import { ownMember } from '../../text/own-member.ts'
import { abortedError, connectionErrorOf } from '../connection/connection-error.ts'
import { MailboxError, type MailboxErrorCode } from '../mailbox-error.ts'
import { authenticatedButNotConnected, loginCodeFor, refusedTokenWords } from '../refused-login.ts'

const answerTextSchema = z.object({ section: z.tuple([z.object({ value: z.string() })]).rest(z.unknown()) })

/**
 * What is read of an error that imapflow raises. Its `message`, `stack` and `executedCommand` never leave this file.
 */
const foreignErrorSchema = z.object({
  code: z.string().optional().catch(undefined),
  message: z.string().catch(''),
  /** A BYE's words. */
  reason: z.string().catch(''),
  /** NO, BAD or BYE. */
  responseStatus: z.string().optional().catch(undefined),
  responseText: z.string().catch(''),
  /** RFC 5530; some commands leave it in the parsed answer. */
  serverResponseCode: z.string().optional().catch(undefined),
  /** The parsed answer, or its text once imapflow has looked at it. */
  response: z
    .union([z.string(), z.object({ attributes: z.tuple([answerTextSchema]).rest(z.unknown()) })])
    .optional()
    .catch(undefined),
  /** A refused token's challenge, decoded; whatever JSON the server sent. */
  oauthError: z.unknown().optional(),
  authenticationFailed: z.boolean().catch(false),
  tlsFailed: z.boolean().catch(false),
  mailboxMissing: z.boolean().catch(false),
})
type ForeignError = z.infer<typeof foreignErrorSchema>

const responseCodeOf = ({ serverResponseCode, response }: ForeignError): string | undefined =>
  (
    serverResponseCode ?? (typeof response === 'object' ? response.attributes[0].section[0].value : undefined)
  )?.toUpperCase()

/** Logging in includes everything before it; `session`: a folder is open. */
export type ImapStep = 'login' | 'open' | 'session'

/** Where the session was when it happened. */
export interface ImapErrorContext {
  readonly step: ImapStep
  readonly encrypted: boolean
  /** The server's greeting was OK or PREAUTH. */
  readonly greeted: boolean
  /** It sent anything at all. */
  readonly heard: boolean
  readonly byeWords: string
  readonly aborted: boolean
  readonly credential: Credential
  /** The SASL mechanisms it announced. */
  readonly offered: string
  /** Applied to all text from the server, which may repeat secrets that it received. */
  readonly redact: Redact
}

/** RFC 5530 and the vendors' response codes that say more than NO. */
const responseCodes: Readonly<Record<string, MailboxErrorCode>> = {
  UNAVAILABLE: 'server-unavailable',
  SERVERBUG: 'server-unavailable',
  INUSE: 'mailbox-in-use',
  LIMIT: 'throttled',
  THROTTLED: 'throttled', // Yahoo
  PRIVACYREQUIRED: 'login-disabled',
  AUTHENTICATIONFAILED: 'credentials-rejected',
  AUTHORIZATIONFAILED: 'credentials-rejected',
  EXPIRED: 'credentials-rejected',
}

/**
 * Servers that send no code: Exchange ("Request is throttled"), Gmail ("Too many simultaneous connections", "bandwidth
 * limits"), Dovecot ("Too many …").
 */
const throttlingWords = /throttl|too many|rate limit|bandwidth limit/i

/**
 * Exchange Online ends a session with its token: "BYE Session invalidated - AccessTokenExpired"
 * (iroco-co/aioimaplib#83).
 */
const tokenRanOut = /AccessTokenExpired/i

const lostCodes = new Set([
  'NoConnection',
  'EConnectionClosed',
  'StateLogout',
  'ClosedAfterConnectText',
  'ClosedAfterConnectTLS',
])

const protocolCodes =
  /^(ParserError|MAX_IMAP_NESTING_REACHED|(Line|Literal|Response)TooLarge|TooMany(Tokens|Responses)|UnexpectedTag|MissingTag|InvalidResponse|ResponseProcessingFailed)/

/**
 * A literal or answer bigger than this client takes ended the connection; the message behind it can still be read in
 * pieces.
 */
export const isTooLarge = (error: unknown): boolean =>
  ['LiteralTooLarge', 'ResponseTooLarge', 'LineTooLarge'].includes(foreignErrorSchema.safeParse(error).data?.code ?? '')

interface Refusal {
  /** The server asks to be left alone; asking for something else would make it worse. */
  readonly final: boolean
  /** RFC 5530, upper case. */
  readonly responseCode: string | undefined
  readonly words: string
}

const finalCodes: readonly MailboxErrorCode[] = ['throttled', 'server-unavailable', 'mailbox-in-use']

/** NO or BAD to one command of an open folder. Dovecot says SERVERBUG of a single message that it cannot read. */
export const refusalOf = (error: unknown): Refusal | undefined => {
  const foreign = foreignErrorSchema.safeParse(error).data
  if (foreign?.responseStatus !== 'NO' && foreign?.responseStatus !== 'BAD') return undefined
  if (foreign.code === 'ETHROTTLE') return undefined
  const responseCode = responseCodeOf(foreign)
  const code = refusalCode(foreign, foreign.responseText, 'session')
  return { final: finalCodes.includes(code) && responseCode !== 'SERVERBUG', responseCode, words: foreign.responseText }
}

/** The server said NO or BAD to one command; the session goes on. */
export class Refused extends Error {
  override readonly name = 'Refused'
  readonly responseCode: string | undefined
  readonly words: string

  constructor({ responseCode, words }: Pick<Refusal, 'responseCode' | 'words'>) {
    super('The server refused a command')
    this.responseCode = responseCode
    this.words = words
  }
}

/** An answer was too large to hold and cost the connection; the folder can be opened again. */
export class TooLarge extends MailboxError {
  constructor() {
    super('server-misbehaved')
  }
}

/** Says in our catalogue's words why a session ended or did not begin. */
export const imapErrorOf = (error: unknown, context: ImapErrorContext): MailboxError => {
  if (error instanceof MailboxError) return error
  if (context.aborted) return abortedError()
  const foreign = foreignErrorSchema.safeParse(error).data
  if (!foreign) return new MailboxError('server-misbehaved')
  const words = wordsOf(foreign, context)
  const found = codeOf(foreign, words, context)
  if (found === undefined) return connectionErrorOf(error, context.greeted ? 'session' : 'connect')
  const code = loginCodeFor(context.credential, found)
  const shown = code === 'oauth2-unsupported' ? context.redact(context.offered) : words
  return new MailboxError(code, shown, foreign.code === undefined ? undefined : { cause: foreign.code })
}

const wordsOf = (
  { responseText, responseStatus, response, reason, oauthError }: ForeignError,
  context: ImapErrorContext,
) => {
  // Without a status imapflow made the error itself, of what the server said to a later command.
  const quoted = responseStatus === undefined && typeof response === 'string' ? response : ''
  return refusedTokenWords(responseText || quoted || reason || context.byeWords, oauthError, context.redact)
}

const codeOf = (foreign: ForeignError, words: string, context: ImapErrorContext): MailboxErrorCode | undefined => {
  if (foreign.code === 'ETHROTTLE') return 'throttled'
  if (foreign.code === 'ETIMEOUT' && context.greeted) return 'server-silent'
  if (foreign.code === 'ETIMEOUT' || foreign.code === 'GREETING_TIMEOUT') {
    return context.heard ? 'server-misbehaved' : 'connection-timed-out'
  }
  if (foreign.code === 'CONNECT_TIMEOUT' || foreign.code === 'UPGRADE_TIMEOUT') return 'connection-timed-out'
  if (foreign.tlsFailed) return tlsCode(foreign)
  if (foreign.responseStatus === 'NO' || foreign.responseStatus === 'BAD')
    return refusalCode(foreign, words, context.step)
  if (foreign.mailboxMissing) return 'folder-missing'
  if (foreign.code !== undefined && lostCodes.has(foreign.code)) return lostCode(words, context)
  if (foreign.code !== undefined && protocolCodes.test(foreign.code)) return 'server-misbehaved'
  if (context.step === 'login' && foreign.code === undefined) return loginCode(foreign, context)
  return foreign.code === undefined ? 'server-misbehaved' : undefined
}

/** Without a code it is imapflow saying that STARTTLS is not offered, refused, or impossible after PREAUTH. */
const tlsCode = (foreign: ForeignError): MailboxErrorCode => {
  if (foreign.code === undefined) return 'starttls-not-offered'
  if (foreign.code === 'STARTTLS_INJECTION') return 'tls-failed'
  return connectionErrorOf(foreign, 'tls').code
}

const refusalCode = (foreign: ForeignError, words: string, step: ImapStep): MailboxErrorCode => {
  const named = ownMember(responseCodes, responseCodeOf(foreign) ?? '')
  if (named !== undefined) return named
  if (throttlingWords.test(words)) return 'throttled'
  if (foreign.authenticationFailed || step === 'login') return 'credentials-rejected'
  if (authenticatedButNotConnected.test(words)) return 'credentials-rejected'
  // RFC 9051 section 6.3.2: SELECT fails for "no such mailbox, can't access mailbox"; servers use many codes and none.
  return step === 'open' ? 'folder-missing' : 'server-misbehaved'
}

const lostCode = (words: string, context: ImapErrorContext): MailboxErrorCode => {
  // Something was said that is no greeting: a POP3 or web server on this port.
  if (words === '') return context.heard && !context.greeted ? 'server-misbehaved' : 'connection-lost'
  if (!context.greeted) return 'greeting-refused'
  if (context.credential.method === 'oauth2' && tokenRanOut.test(words)) return 'token-refused'
  return throttlingWords.test(words) ? 'throttled' : 'connection-lost'
}

/** imapflow gave up on logging in before it asked the server; it says why only in its message. */
const loginCode = (foreign: ForeignError, context: ImapErrorContext): MailboxErrorCode => {
  if (foreign.message === 'Login is disabled')
    return context.encrypted ? 'authentication-unsupported' : 'login-disabled'
  return foreign.authenticationFailed && foreign.message === 'Authentication failed'
    ? 'credentials-rejected'
    : 'authentication-unsupported'
}
