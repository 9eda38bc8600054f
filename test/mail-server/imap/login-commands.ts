import { MailUser } from '../mailboxes.ts'
import { isTokenMechanism, type TokenMechanism } from '../token-login.ts'
import { type CommandParser, utf8 } from './command-parser.ts'
import { CommandRefused, type Commands, type Handler, type ImapSession } from './imap-session.ts'

/** Commands that are valid in every state (RFC 3501 section 6.1) or before login (section 6.2). */

const loginPossible = (session: ImapSession): void => {
  if (session.quirks.loginDisabled && !session.secure) {
    throw new CommandRefused('[PRIVACYREQUIRED] encryption is required')
  }
}

const loggedIn = (session: ImapSession): string => `OK [CAPABILITY ${session.capabilities().join(' ')}] logged in`

const capability: Handler = async (session) => {
  await session.sendLine(`* CAPABILITY ${session.capabilities().join(' ')}`)
  return 'OK done'
}

const id: Handler = async (session) => {
  if (!session.has('ID')) return 'BAD unknown command'
  await session.sendLine('* ID ("name" "Postmaster test server" "version" "1")')
  return 'OK done'
}

const noop: Handler = async () => 'OK done'

const logout: Handler = async (session) => {
  await session.sendLine('* BYE logging out')
  session.logOut()
  return 'OK bye'
}

const starttls: Handler = async (session, _args, command) => {
  if (session.secure || !session.has('STARTTLS')) return 'BAD not possible'
  await session.startTls(command)
  return ''
}

const login: Handler = async (session, args) => {
  loginPossible(session)
  session.verify(utf8(args.string()), utf8(args.string()))
  return loggedIn(session)
}

const withToken = async (session: ImapSession, mechanism: TokenMechanism, args: CommandParser): Promise<string> => {
  const response = args.atEnd ? await session.askForToken('') : args.string()
  const redeemed = await session.redeem(mechanism, response)
  if (redeemed instanceof MailUser) {
    session.logIn(redeemed)
    return loggedIn(session)
  }
  const { kind = 'NO', code = 'AUTHENTICATIONFAILED', text = 'the token does not open the mailbox' } = redeemed
  return `${kind} ${code === '' ? '' : `[${code}] `}${text}`
}

const authenticate: Handler = async (session, args) => {
  loginPossible(session)
  const mechanism = args.string().toUpperCase()
  args.skipSpace()
  if (!args.atEnd && !session.has('SASL-IR')) return 'BAD no initial response'
  if (isTokenMechanism(mechanism) && session.takes(mechanism)) return await withToken(session, mechanism, args)
  if (mechanism === 'LOGIN' && session.quirks.saslLogin) {
    await session.saslLogin()
    return loggedIn(session)
  }
  if (mechanism !== 'PLAIN' || !session.has('AUTH=PLAIN')) return 'NO unsupported mechanism'
  const response = args.atEnd ? await session.askForLine('') : args.string()
  if (response === '*') return 'BAD cancelled'
  session.verifyPlain(response)
  return loggedIn(session)
}

const enable: Handler = async (session, args) => {
  if (!session.has('ENABLE')) return 'BAD unknown command'
  args.rest()
  await session.sendLine('* ENABLED')
  return 'OK done'
}

export const loginCommands: Commands = {
  CAPABILITY: capability,
  ID: id,
  NOOP: noop,
  LOGOUT: logout,
  STARTTLS: starttls,
  LOGIN: login,
  AUTHENTICATE: authenticate,
  ENABLE: enable,
}
