import type { PasswordCredential } from '../../accounts/credential.ts'
import { MailboxError } from '../mailbox-error.ts'
import { ask, askSasl, type Pop3Answer } from './ask.ts'
import type { Pop3Capabilities } from './capabilities.ts'
import type { Pop3Wire } from './pop3-wire.ts'
import { loginErrorOf } from './reply-error.ts'

/** What a line of the protocol cannot carry; sent, it would be a command of its own. */
const unsendable = /[\r\n\0]/

type PasswordLogin = 'USER' | 'AUTH=PLAIN' | 'AUTH=LOGIN'

/** @throws MailboxError where the server takes no password that we could send, or not over this connection */
const chooseLogin = ({ user, sasl, stls }: Pop3Capabilities, inClear: boolean): PasswordLogin => {
  if (user) return 'USER'
  if (sasl.includes('PLAIN')) return 'AUTH=PLAIN'
  if (sasl.includes('LOGIN')) return 'AUTH=LOGIN'
  if (inClear && stls) throw new MailboxError('login-disabled')
  if (sasl.length > 0) throw new MailboxError('authentication-unsupported')
  // Servers that announce no way of logging in often take the one of RFC 1939.
  return 'USER'
}

/**
 * Logs in with USER and PASS, or AUTH where USER is not offered; resolves to which. Throws `MailboxError`, which never holds the password.
 * `inOneBatch`: PASS does not wait for USER's answer, for a server that took both before.
 */
export const logIn = async (
  wire: Pop3Wire,
  capabilities: Pop3Capabilities,
  { username, password }: PasswordCredential,
  inClear: boolean,
  inOneBatch: boolean,
): Promise<PasswordLogin> => {
  if (unsendable.test(username) || unsendable.test(password)) throw new MailboxError('credentials-rejected')
  const login = chooseLogin(capabilities, inClear)
  const answer =
    login === 'USER'
      ? await userAndPass(wire, username, password, inOneBatch)
      : await sasl(wire, login, username, password)
  if (answer.status === 'accepted') return login
  const error = loginErrorOf(answer.words, inClear)
  if (answer.to === 'USER' && !capabilities.user && error.code === 'credentials-rejected')
    throw new MailboxError('authentication-unsupported', answer.words)
  throw error
}

/** The last answer of a login. */
interface LoginAnswer extends Pop3Answer {
  /** The command it answers, where that says what was refused. */
  readonly to?: 'USER'
}

/** Not through the package's `command`: it trims the line, and a password may end with a space. */
const userAndPass = async (
  wire: Pop3Wire,
  username: string,
  password: string,
  inOneBatch: boolean,
): Promise<LoginAnswer> => {
  const askPass = () => ask(wire, `PASS ${password}`, 'PASS (credential)')
  const asked = ask(wire, `USER ${username}`)
  if (inOneBatch) {
    const [user, pass] = await Promise.all([asked, askPass()])
    return user.status === 'accepted' ? pass : { ...user, to: 'USER' }
  }
  const user = await asked
  return user.status === 'accepted' ? askPass() : { ...user, to: 'USER' }
}

const base64 = (text: string): string => Buffer.from(text).toString('base64')

/**
 * Line by line (RFC 5034 section 4): servers older than the initial response take only this form. The prompts of LOGIN
 * are not read: their wording differs, and their order is always the same (draft-murchison-sasl-login).
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
    // The server has not been told who logs in.
    if (answer.status === 'accepted') throw new MailboxError('server-misbehaved', wire.redact(`+OK ${answer.words}`))
    if (answer.status === 'refused') return answer
    answer = await askSasl(wire, base64(line), '(credential)')
  }
  if (answer.status !== 'continued') return answer
  // Another "+ " is a refusal whose reason follows once the exchange is cancelled, never a success.
  const cancelled = await askSasl(wire, '*')
  return { status: 'refused', words: cancelled.status === 'refused' ? cancelled.words : '' }
}
