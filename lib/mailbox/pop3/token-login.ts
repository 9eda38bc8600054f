import type { Redact } from '../../redaction/redaction.ts'
import type { TokenCredential } from '../credential.ts'
import { MailboxError } from '../mailbox-error.ts'
import { decodedChallenge, loginCodeFor, refusedTokenWords } from '../refused-login.ts'
import { askSasl, type Pop3Answer } from './ask.ts'
import type { Pop3Capabilities } from './capabilities.ts'
import type { Pop3Wire } from './pop3-wire.ts'
import { loginErrorOf } from './reply-error.ts'

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
  const text = mechanism.response(credential.username, accessToken, host, port)
  const response = Buffer.from(text).toString('base64')
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
