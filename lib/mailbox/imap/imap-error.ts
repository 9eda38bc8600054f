import * as z from 'zod'
import { abortedError } from '../../network/network-error.ts'
import type { Redact } from '../../redaction/redaction.ts'
import { ownMember } from '../../text/names.ts'
import type { Credential } from '../mailbox.ts'
import { MailboxError, type MailboxErrorCode, mailboxErrorOf } from '../mailbox-error.ts'
import { authenticatedButNotConnected, loginCodeFor, refusedTokenWords } from '../refused-login.ts'

const answerTextSchema = z.object({ section: z.tuple([z.object({ value: z.string() })]).rest(z.unknown()) })

/**
 * The properties that are read from imapflow's errors. `message`, `stack` and `executedCommand` never leave this file.
 */
const foreignErrorSchema = z.object({
  code: z.string().optional().catch(undefined),
  message: z.string().catch(''),
  /** The text of a BYE. */
  reason: z.string().catch(''),
  /** NO, BAD or BYE. */
  responseStatus: z.string().optional().catch(undefined),
  responseText: z.string().catch(''),
  /** RFC 5530. For some commands, the code is only in the parsed response. */
  serverResponseCode: z.string().optional().catch(undefined),
  /** The parsed response, or its text once imapflow has processed it. */
  response: z
    .union([z.string(), z.object({ attributes: z.tuple([answerTextSchema]).rest(z.unknown()) })])
    .optional()
    .catch(undefined),
  /** The challenge for a refused token, decoded: any JSON that the server sent. */
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

/** `login` includes everything before it. `session`: a folder is open. */
export type ImapStep = 'login' | 'open' | 'session'

/** The state of the session when the error happened. */
export interface ImapErrorContext {
  readonly step: ImapStep
  readonly encrypted: boolean
  /** The server's greeting was OK or PREAUTH. */
  readonly greeted: boolean
  /** The server sent any data. */
  readonly heard: boolean
  readonly byeWords: string
  readonly aborted: boolean
  readonly credential: Credential
  /** The SASL mechanisms that the server announced. */
  readonly offered: string
  /** Applied to all text from the server, which may repeat secrets that it received. */
  readonly redact: Redact
}

/** Response codes of RFC 5530 and of vendors that are more specific than NO. */
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
 * Texts from servers that send no code: Exchange ("Request is throttled"), Gmail ("Too many simultaneous connections",
 * "bandwidth limits"), Dovecot ("Too many …").
 */
const throttlingWords = /throttl|too many|rate limit|bandwidth limit/i

/**
 * Exchange Online ends a session when its token expires: "BYE Session invalidated - AccessTokenExpired"
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
 * @returns true if a literal or response above this client's limits ended the connection. The message can still be read
 * in pieces
 */
export const isTooLarge = (error: unknown): boolean =>
  ['LiteralTooLarge', 'ResponseTooLarge', 'LineTooLarge'].includes(foreignErrorSchema.safeParse(error).data?.code ?? '')

interface Refusal {
  /** The server asks for fewer requests, so further requests would make the problem worse. */
  readonly final: boolean
  /** RFC 5530, upper case. */
  readonly responseCode: string | undefined
  readonly text: string
}

const finalCodes: readonly MailboxErrorCode[] = ['throttled', 'server-unavailable', 'mailbox-in-use']

/**
 * @returns the refusal if the error is NO or BAD to one command of an open folder. Dovecot sends SERVERBUG for a single
 * message that it cannot read
 */
export const refusalOf = (error: unknown): Refusal | undefined => {
  const foreign = foreignErrorSchema.safeParse(error).data
  if (foreign?.responseStatus !== 'NO' && foreign?.responseStatus !== 'BAD') return undefined
  if (foreign.code === 'ETHROTTLE') return undefined
  const responseCode = responseCodeOf(foreign)
  const code = refusalCode(foreign, foreign.responseText, 'session')
  return { final: finalCodes.includes(code) && responseCode !== 'SERVERBUG', responseCode, text: foreign.responseText }
}

/** The server answered NO or BAD to one command. The session continues. */
export class Refused extends Error {
  override readonly name = 'Refused'
  readonly responseCode: string | undefined
  readonly text: string

  constructor({ responseCode, text }: Pick<Refusal, 'responseCode' | 'text'>) {
    super('The server refused a command')
    this.responseCode = responseCode
    this.text = text
  }
}

/** A response was too large to hold and cost the connection. The folder can be opened again. */
export class TooLarge extends MailboxError {
  constructor() {
    super('server-misbehaved')
  }
}

/** Translates the reason why a session ended or did not start into an error from the catalogue. */
export const imapErrorOf = (error: unknown, context: ImapErrorContext): MailboxError => {
  if (error instanceof MailboxError) return error
  if (context.aborted) return mailboxErrorOf(abortedError(), 'session')
  const foreign = foreignErrorSchema.safeParse(error).data
  if (!foreign) return new MailboxError('server-misbehaved')
  const text = wordsOf(foreign, context)
  const found = codeOf(foreign, text, context)
  if (found === undefined) return mailboxErrorOf(error, context.greeted ? 'session' : 'connect')
  const code = loginCodeFor(context.credential, found)
  const shown = code === 'oauth2-unsupported' ? context.redact(context.offered) : text
  return new MailboxError(code, shown, foreign.code === undefined ? undefined : { cause: foreign.code })
}

const wordsOf = (
  { responseText, responseStatus, response, reason, oauthError }: ForeignError,
  context: ImapErrorContext,
) => {
  // Without a status, imapflow created the error itself, from the server's response to a later command.
  const quoted = responseStatus === undefined && typeof response === 'string' ? response : ''
  return refusedTokenWords(responseText || quoted || reason || context.byeWords, oauthError, context.redact)
}

const codeOf = (foreign: ForeignError, text: string, context: ImapErrorContext): MailboxErrorCode | undefined => {
  if (foreign.code === 'ETHROTTLE') return 'throttled'
  if (foreign.code === 'ETIMEOUT' && context.greeted) return 'server-silent'
  if (foreign.code === 'ETIMEOUT' || foreign.code === 'GREETING_TIMEOUT') {
    return context.heard ? 'server-misbehaved' : 'connection-timed-out'
  }
  if (foreign.code === 'CONNECT_TIMEOUT' || foreign.code === 'UPGRADE_TIMEOUT') return 'connection-timed-out'
  if (foreign.tlsFailed) return tlsCode(foreign)
  if (foreign.responseStatus === 'NO' || foreign.responseStatus === 'BAD')
    return refusalCode(foreign, text, context.step)
  if (foreign.mailboxMissing) return 'folder-missing'
  if (foreign.code !== undefined && lostCodes.has(foreign.code)) return lostCode(text, context)
  if (foreign.code !== undefined && protocolCodes.test(foreign.code)) return 'server-misbehaved'
  if (context.step === 'login' && foreign.code === undefined) return loginCode(foreign, context)
  return foreign.code === undefined ? 'server-misbehaved' : undefined
}

/** Without a code, imapflow reports that STARTTLS is not offered, refused, or impossible after PREAUTH. */
const tlsCode = (foreign: ForeignError): MailboxErrorCode => {
  if (foreign.code === undefined) return 'starttls-not-offered'
  if (foreign.code === 'STARTTLS_INJECTION') return 'tls-failed'
  return mailboxErrorOf(foreign, 'tls').code
}

const refusalCode = (foreign: ForeignError, text: string, step: ImapStep): MailboxErrorCode => {
  const named = ownMember(responseCodes, responseCodeOf(foreign) ?? '')
  if (named !== undefined) return named
  if (throttlingWords.test(text)) return 'throttled'
  if (foreign.authenticationFailed || step === 'login') return 'credentials-rejected'
  if (authenticatedButNotConnected.test(text)) return 'credentials-rejected'
  // RFC 9051 section 6.3.2: SELECT fails for "no such mailbox, can't access mailbox". Servers use many codes, or none.
  return step === 'open' ? 'folder-missing' : 'server-misbehaved'
}

const lostCode = (text: string, context: ImapErrorContext): MailboxErrorCode => {
  // The server sent data that is not a greeting: a POP3 or web server on this port.
  if (text === '') return context.heard && !context.greeted ? 'server-misbehaved' : 'connection-lost'
  if (!context.greeted) return 'greeting-refused'
  if (context.credential.method === 'oauth2' && tokenRanOut.test(text)) return 'token-refused'
  return throttlingWords.test(text) ? 'throttled' : 'connection-lost'
}

/** imapflow gave up the login before sending it to the server. Only its message contains the reason. */
const loginCode = (foreign: ForeignError, context: ImapErrorContext): MailboxErrorCode => {
  if (foreign.message === 'Login is disabled')
    return context.encrypted ? 'authentication-unsupported' : 'login-disabled'
  return foreign.authenticationFailed && foreign.message === 'Authentication failed'
    ? 'credentials-rejected'
    : 'authentication-unsupported'
}
