import type { PasswordCredential } from '../credential.ts'
import { MailboxError } from '../mailbox-error.ts'
import { ask, askSasl, type Pop3Answer } from './ask.ts'
import type { Pop3Capabilities } from './capabilities.ts'
import type { Pop3Wire } from './pop3-wire.ts'
import { loginErrorOf } from './reply-error.ts'

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
 * @param inOneBatch sends PASS without waiting for the response to USER, for a server that has accepted both before
 * @returns the login method
 * @throws MailboxError, which never contains the password
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
  if (inOneBatch) {
    const [user, pass] = await Promise.all([asked, askPass()])
    return user.status === 'accepted' ? pass : { ...user, to: 'USER' }
  }
  const user = await asked
  return user.status === 'accepted' ? askPass() : { ...user, to: 'USER' }
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
