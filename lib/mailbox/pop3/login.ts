import type { PasswordCredential } from '../../accounts/credential.ts'
import { MailboxError } from '../mailbox-error.ts'
import { ask, askSasl, type Pop3Answer } from './ask.ts'
import type { Pop3Capabilities } from './capabilities.ts'
import type { Pop3Wire } from './pop3-wire.ts'
import { loginErrorOf } from './reply-error.ts'

/** What a line of the protocol cannot carry; sent, it would be a command of its own. */
const unsendable = /[\r\n\0]/

/**
 * Logs in with USER and PASS, or AUTH PLAIN where USER is not offered; resolves to which. Throws `MailboxError`, which never holds the password.
 * `inOneBatch`: PASS does not wait for USER's answer, for a server that took both before.
 */
export const logIn = async (
  wire: Pop3Wire,
  capabilities: Pop3Capabilities,
  { username, password }: PasswordCredential,
  inClear: boolean,
  inOneBatch: boolean,
): Promise<'USER' | 'AUTH=PLAIN'> => {
  if (unsendable.test(username) || unsendable.test(password)) throw new MailboxError('credentials-rejected')
  const answer = capabilities.user
    ? await userAndPass(wire, username, password, inOneBatch)
    : await authPlain(wire, capabilities, username, password, inClear)
  if (answer.status === 'accepted') return capabilities.user ? 'USER' : 'AUTH=PLAIN'
  throw loginErrorOf(answer.words, inClear)
}

/** Not through the package's `command`: it trims the line, and a password may end with a space. */
const userAndPass = async (
  wire: Pop3Wire,
  username: string,
  password: string,
  inOneBatch: boolean,
): Promise<Pop3Answer> => {
  const askPass = () => ask(wire, `PASS ${password}`, 'PASS (credential)')
  const asked = ask(wire, `USER ${username}`)
  if (inOneBatch) {
    const [user, pass] = await Promise.all([asked, askPass()])
    return user.status === 'accepted' ? pass : user
  }
  const user = await asked
  return user.status === 'accepted' ? askPass() : user
}

/** In two steps (RFC 5034 section 4): servers older than the initial response take only these. */
const authPlain = async (
  wire: Pop3Wire,
  capabilities: Pop3Capabilities,
  username: string,
  password: string,
  inClear: boolean,
): Promise<Pop3Answer> => {
  if (!capabilities.sasl.includes('PLAIN')) {
    throw new MailboxError(inClear && capabilities.stls ? 'login-disabled' : 'authentication-unsupported')
  }
  const invited = await askSasl(wire, 'AUTH PLAIN')
  if (invited.status !== 'continued') return invited
  const answer = await askSasl(wire, Buffer.from(`\0${username}\0${password}`).toString('base64'), '(credential)')
  if (answer.status !== 'continued') return answer
  // A second "+ " is a refusal whose reason follows once the exchange is cancelled, never a success.
  const cancelled = await askSasl(wire, '*')
  return { status: 'refused', words: cancelled.status === 'refused' ? cancelled.words : '' }
}
