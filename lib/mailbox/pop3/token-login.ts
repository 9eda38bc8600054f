import type { TokenCredential } from '../../accounts/credential.ts'
import type { Redact } from '../../redaction/redaction.ts'
import { MailboxError } from '../mailbox-error.ts'
import { decodedChallenge, loginCodeFor, refusedTokenWords } from '../refused-login.ts'
import { askSasl, type Pop3Answer } from './ask.ts'
import type { Pop3Capabilities } from './capabilities.ts'
import type { Pop3Wire } from './pop3-wire.ts'
import { loginErrorOf } from './reply-error.ts'

interface Mechanism {
  readonly name: 'XOAUTH2' | 'OAUTHBEARER'
  response(username: string, accessToken: string, host: string, port: number): string
  /** The answer to the challenge that tells of a refusal, so that the server ends the exchange. */
  readonly acknowledgement: string
}

/** developers.google.com/workspace/gmail/imap/xoauth2-protocol; Microsoft has the same. */
const xoauth2: Mechanism = {
  name: 'XOAUTH2',
  response: (username, accessToken) => `user=${username}\x01auth=Bearer ${accessToken}\x01\x01`,
  acknowledgement: '',
}

/**
 * RFC 7628 section 3.1; the user is a saslname (RFC 5801 section 4), and the acknowledgement one \x01 (section 3.2.3).
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
 * Exchange Online and Gmail offer XOAUTH2, so here it comes first. A server that announces no list at all may take it
 * all the same.
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
  /** Hands the token over, or throws where it must not be sent. */
  release(): string
}

/**
 * Logs in with a bearer token; resolves to how. The token follows on a line of its own (RFC 5034 section 4), because
 * Exchange Online ends the session where it stands in the first (learn.microsoft.com, "POP Protocol Exchange"), and
 * every server has to take it so.
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
  if (invited.status === 'accepted') throw new MailboxError('server-misbehaved', wire.redact(`+OK ${invited.words}`))
  const answer =
    invited.status === 'continued'
      ? await askSasl(wire, response, '(credential)')
      : await inOneLine(wire, capabilities, invited, command, response)
  if (answer.status === 'accepted') return `AUTH=${mechanism.name}`
  throw await refusedToken(wire, answer, mechanism, credential)
}

/**
 * Once more, for a server that announced the mechanism and yet does not know the form in two lines. RFC 5034 section 4
 * forbids a line of more than 255 octets (RFC 2449 section 4), which no real token fits; a server that takes tokens in
 * no other way must take longer ones.
 */
const inOneLine = async (
  wire: Pop3Wire,
  { sasl }: Pop3Capabilities,
  refused: Pop3Answer,
  command: string,
  response: string,
): Promise<Pop3Answer> => {
  const { code } = loginErrorOf(refused.words, false)
  if (code !== 'credentials-rejected') throw new MailboxError(code, refused.words)
  const unsupported = new MailboxError('oauth2-unsupported', refused.words)
  if (sasl.length === 0 || /^\[AUTH\]/i.test(refused.words)) throw unsupported
  try {
    return await askSasl(wire, `${command} ${response}`, `${command} (credential)`)
  } catch {
    // It had hung up: what it said before is the reason.
    throw unsupported
  }
}

/** A "+ " behind the token tells of a refusal, whose words follow once it is answered; never of a success. */
const refusedToken = async (
  wire: Pop3Wire,
  answer: Pop3Answer,
  { acknowledgement }: Mechanism,
  credential: TokenCredential,
): Promise<MailboxError> => {
  let final = answer
  const challenge = answer.status === 'continued' ? decodedChallenge(answer.words) : undefined
  if (final.status === 'continued') final = await askSasl(wire, acknowledgement)
  // It goes on asking: RFC 5034 section 4 has a word for that.
  if (final.status === 'continued') final = await askSasl(wire, '*')
  const words = final.status === 'refused' ? final.words : ''
  const { code } = loginErrorOf(words, false)
  return new MailboxError(loginCodeFor(credential, code), refusedTokenWords(words, challenge, wire.redact))
}
