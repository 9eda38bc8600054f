import type { Redact } from '../../redaction/redaction.ts'
import type { PasswordCredential, TokenCredential } from '../mailbox.ts'
import { MailboxError } from '../mailbox-error.ts'
import { decodedChallenge, loginCodeFor, refusedTokenWords } from '../refused-login.ts'
import type { Pop3Capabilities } from './capabilities.ts'
import type { AnswerReceiver, Pop3Wire } from './pop3-wire.ts'
import { loginErrorOf } from './reply-error.ts'

/** A one-line response. `continued` is SASL's "+ " (RFC 5034). */
interface Pop3Answer {
  readonly status: 'accepted' | 'refused' | 'continued'
  readonly text: string
}

const answerTo = (send: (receiver: AnswerReceiver) => void, inSasl = false): Promise<Pop3Answer> => {
  const { promise, resolve, reject } = Promise.withResolvers<Pop3Answer>()
  const as = (status: Pop3Answer['status']) => (text: string) => resolve({ status, text })
  const continued = inSasl ? { continued: as('continued') } : {}
  send({ accepted: as('accepted'), refused: as('refused'), failed: reject, ...continued })
  return promise
}

/** @throws MailboxError if the session is over; this also applies to the next two functions */
export const awaitGreeting = (wire: Pop3Wire): Promise<Pop3Answer> => answerTo((receiver) => wire.expect(receiver))

/** Sends a command that has a one-line response. `shownAs`: see `send`. */
const ask = (wire: Pop3Wire, line: string, shownAs?: string): Promise<Pop3Answer> =>
  answerTo((receiver) => wire.send(line, receiver, shownAs))

/** Like `ask`, for the commands of a SASL exchange. */
const askSasl = (wire: Pop3Wire, line: string, shownAs?: string): Promise<Pop3Answer> =>
  answerTo((receiver) => wire.send(line, receiver, shownAs), true)

/** Characters that a protocol line cannot contain. A line break would start a second command. */
const unsendable = /[\r\n\0]/

type PasswordLogin = 'USER' | 'AUTH=PLAIN' | 'AUTH=LOGIN'

/**
 * @throws MailboxError if the server accepts no password login that Postmaster supports, or not over this connection
 */
const chooseLogin = ({ user, sasl, stls }: Pop3Capabilities, inClear: boolean): PasswordLogin => {
  if (user) return 'USER'
  if (sasl.includes('PLAIN')) return 'AUTH=PLAIN'
  if (sasl.includes('LOGIN')) return 'AUTH=LOGIN'
  if (inClear && stls) throw new MailboxError('login-disabled')
  if (sasl.length > 0) throw new MailboxError('authentication-unsupported')
  // Servers that announce no login method often accept the one from RFC 1939.
  return 'USER'
}

/**
 * Logs in with USER and PASS, or with AUTH if the server does not offer USER.
 * @param pipelining sends PASS without waiting for the response to USER if the server announces both USER and PIPELINING
 *   (RFC 2449 section 6.6 suggests this batch)
 * @returns the login method
 * @throws MailboxError, which never contains the password
 */
export const logIn = async (
  wire: Pop3Wire,
  capabilities: Pop3Capabilities,
  { username, password }: PasswordCredential,
  inClear: boolean,
  pipelining: boolean,
): Promise<PasswordLogin> => {
  if (unsendable.test(username) || unsendable.test(password)) throw new MailboxError('credentials-rejected')
  const login = chooseLogin(capabilities, inClear)
  const inOneBatch = pipelining && capabilities.pipelining && capabilities.user
  const answer =
    login === 'USER'
      ? await userAndPass(wire, username, password, inOneBatch)
      : await sasl(wire, login, username, password)
  if (answer.status === 'accepted') return login
  const error = loginErrorOf(answer.text, inClear)
  if (answer.to === 'USER' && !capabilities.user && error.code === 'credentials-rejected')
    throw new MailboxError('authentication-unsupported', answer.text)
  throw error
}

/** The last response of a login. */
interface LoginAnswer extends Pop3Answer {
  /** The command that the response belongs to, if that shows what was refused. */
  readonly to?: 'USER'
}

/** Bypasses the package's `command`, because that trims the line and a password may end with a space. */
const userAndPass = async (
  wire: Pop3Wire,
  username: string,
  password: string,
  inOneBatch: boolean,
): Promise<LoginAnswer> => {
  const askPass = () => ask(wire, `PASS ${password}`, 'PASS (credential)')
  const asked = ask(wire, `USER ${username}`)
  const early = inOneBatch ? askPass() : undefined
  // If the server hangs up after it has refused USER, the refusal is the reason.
  early?.catch(() => undefined)
  const user = await asked
  return user.status === 'accepted' ? (early ?? askPass()) : { ...user, to: 'USER' }
}

const base64 = (text: string): string => Buffer.from(text).toString('base64')

/**
 * Sends one line at a time (RFC 5034 section 4): servers older than the initial response support only this form. The
 * prompts of LOGIN are ignored: their wording differs, and their order is always the same (draft-murchison-sasl-login).
 */
const sasl = async (
  wire: Pop3Wire,
  login: Exclude<PasswordLogin, 'USER'>,
  username: string,
  password: string,
): Promise<LoginAnswer> => {
  const lines = login === 'AUTH=PLAIN' ? [`\0${username}\0${password}`] : [username, password]
  let answer = await askSasl(wire, login.replace('=', ' '))
  for (const line of lines) {
    // The server has accepted a login before it received the credentials.
    if (answer.status === 'accepted') throw new MailboxError('server-misbehaved', wire.redact(`+OK ${answer.text}`))
    if (answer.status === 'refused') return answer
    answer = await askSasl(wire, base64(line), '(credential)')
  }
  if (answer.status !== 'continued') return answer
  // Another "+ " is a refusal, never a success. Its reason follows once the exchange is cancelled.
  const cancelled = await askSasl(wire, '*')
  return { status: 'refused', text: cancelled.status === 'refused' ? cancelled.text : '' }
}

interface Mechanism {
  readonly name: 'XOAUTH2' | 'OAUTHBEARER'
  response(username: string, accessToken: string, host: string, port: number): string
  /** The response to the challenge that reports a refusal, so that the server ends the exchange. */
  readonly acknowledgement: string
}

/** developers.google.com/workspace/gmail/imap/xoauth2-protocol; Microsoft uses the same format. */
const xoauth2: Mechanism = {
  name: 'XOAUTH2',
  response: (username, accessToken) => `user=${username}\x01auth=Bearer ${accessToken}\x01\x01`,
  acknowledgement: '',
}

/**
 * RFC 7628 section 3.1. The user is a saslname (RFC 5801 section 4), and the acknowledgement is one \x01 (section
 * 3.2.3).
 */
const oauthbearer: Mechanism = {
  name: 'OAUTHBEARER',
  response: (username, accessToken, host, port) => {
    const user = username.replaceAll('=', '=3D').replaceAll(',', '=2C')
    return `n,a=${user},\x01host=${host}\x01port=${port}\x01auth=Bearer ${accessToken}\x01\x01`
  },
  acknowledgement: 'AQ==',
}

/**
 * Prefers XOAUTH2, because Exchange Online and Gmail offer it. A server that announces no mechanisms may support it
 * anyway.
 */
const chooseMechanism = ({ sasl }: Pop3Capabilities, redact: Redact): Mechanism => {
  const offered = [xoauth2, oauthbearer].find(({ name }) => sasl.includes(name))
  if (offered === undefined && sasl.length > 0)
    throw new MailboxError('oauth2-unsupported', redact(`SASL ${sasl.join(' ')}`))
  return offered ?? xoauth2
}

export interface TokenLogin {
  readonly credential: TokenCredential
  readonly host: string
  readonly port: number
  /** @returns the token, or throws if it must not be sent */
  release(): string
}

/**
 * Logs in with a bearer token. The token follows on a line of its own (RFC 5034 section 4), because Exchange Online
 * ends the session if the token is on the first line (learn.microsoft.com, "POP Protocol Exchange"), and every server
 * must support this form.
 * @returns the login method
 */
export const logInWithToken = async (
  wire: Pop3Wire,
  capabilities: Pop3Capabilities,
  login: TokenLogin,
): Promise<'AUTH=XOAUTH2' | 'AUTH=OAUTHBEARER'> => {
  const { credential, host, port } = login
  const accessToken = login.release()
  const mechanism = chooseMechanism(capabilities, wire.redact)
  const response = base64(mechanism.response(credential.username, accessToken, host, port))
  const command = `AUTH ${mechanism.name}`
  const invited = await askSasl(wire, command)
  if (invited.status === 'accepted') throw new MailboxError('server-misbehaved', wire.redact(`+OK ${invited.text}`))
  const answer =
    invited.status === 'continued'
      ? await askSasl(wire, response, '(credential)')
      : await inOneLine(wire, capabilities, invited, command, response)
  if (answer.status === 'accepted') return `AUTH=${mechanism.name}`
  throw await refusedToken(wire, answer, mechanism, credential)
}

/**
 * Retries in one line, for a server that announced the mechanism but does not support the two-line form. RFC 5034
 * section 4 forbids lines of more than 255 octets (RFC 2449 section 4), and every real token is longer. A server that
 * accepts tokens only in this form must accept longer lines.
 */
const inOneLine = async (
  wire: Pop3Wire,
  { sasl }: Pop3Capabilities,
  refused: Pop3Answer,
  command: string,
  response: string,
): Promise<Pop3Answer> => {
  const { code } = loginErrorOf(refused.text, false)
  if (code !== 'credentials-rejected') throw new MailboxError(code, refused.text)
  const unsupported = new MailboxError('oauth2-unsupported', refused.text)
  if (sasl.length === 0 || /^\[AUTH\]/i.test(refused.text)) throw unsupported
  try {
    return await askSasl(wire, `${command} ${response}`, `${command} (credential)`)
  } catch {
    // The server had closed the connection. Its earlier response is the reason.
    throw unsupported
  }
}

/**
 * Builds the error for a refused token. A "+ " after the token always means a refusal, and its text follows after the
 * acknowledgement.
 */
const refusedToken = async (
  wire: Pop3Wire,
  answer: Pop3Answer,
  { acknowledgement }: Mechanism,
  credential: TokenCredential,
): Promise<MailboxError> => {
  let final = answer
  const challenge = answer.status === 'continued' ? decodedChallenge(answer.text) : undefined
  if (final.status === 'continued') final = await askSasl(wire, acknowledgement)
  // The server continues to prompt: RFC 5034 section 4 defines "*" to cancel the exchange.
  if (final.status === 'continued') final = await askSasl(wire, '*')
  const text = final.status === 'refused' ? final.text : ''
  const { code } = loginErrorOf(text, false)
  return new MailboxError(loginCodeFor(credential, code), refusedTokenWords(text, challenge, wire.redact))
}
