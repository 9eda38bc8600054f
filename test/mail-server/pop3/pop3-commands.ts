import type { MessageLie } from '../faults.ts'
import { MailUser } from '../mailboxes.ts'
import { isTokenMechanism, type TokenMechanism } from '../token-login.ts'
import { stuffDots } from './dot-stuffing.ts'
import { CommandRefused, type Commands, type Handler, type ListedMessage, type Pop3Session } from './pop3-session.ts'

const inTransaction = (handler: Handler): Handler => {
  return async (session, args, command) => {
    if (!session.mailUser) throw new CommandRefused('log in first')
    return await handler(session, args, command)
  }
}

const passwordAllowed = (session: Pop3Session): void => {
  if (session.mailUser) throw new CommandRefused('logged in already')
  if (session.quirks.loginDisabled && !session.secure) throw new CommandRefused('encryption is required')
}

const announcesLogin = (session: Pop3Session): boolean => session.secure || !session.quirks.loginDisabled

const capa: Handler = async (session) => {
  if (!session.has('CAPA')) throw new CommandRefused('unknown command')
  const { loginDelaySeconds, extraCapabilities } = session.quirks
  const names = ['TOP', 'UIDL', 'RESP-CODES', 'PIPELINING', 'AUTH-RESP-CODE']
  if (announcesLogin(session)) names.push('USER', 'SASL')
  if (!session.secure) names.push('STLS')
  const { tokenMechanisms, announcesTokenMechanisms } = session.quirks
  const passwords = [...(session.has('AUTH=PLAIN') ? ['PLAIN'] : []), ...(session.quirks.saslLogin ? ['LOGIN'] : [])]
  const sasl = ['SASL', ...passwords, ...(announcesTokenMechanisms ? tokenMechanisms : [])].join(' ')
  const lines = names.filter((name) => session.has(name)).map((name) => (name === 'SASL' ? sasl : name))
  if (loginDelaySeconds !== undefined) lines.push(`LOGIN-DELAY ${loginDelaySeconds}`)
  await session.send(['+OK', ...lines, ...extraCapabilities, '.', ''].join('\r\n'))
  return true
}

const stls: Handler = async (session) => {
  if (session.secure || !session.has('STLS')) throw new CommandRefused('not possible')
  await session.startTls()
  return true
}

const user: Handler = async (session, args) => {
  passwordAllowed(session)
  if (!session.has('USER')) throw new CommandRefused('unknown command')
  session.pendingUser = args
  await session.sendLine('+OK')
  return true
}

const loggedIn = async (session: Pop3Session): Promise<boolean> => {
  await session.sendLine('+OK logged in')
  return true
}

const pass: Handler = async (session, args) => {
  passwordAllowed(session)
  if (session.pendingUser === undefined) throw new CommandRefused('USER first')
  const name = session.pendingUser
  session.pendingUser = undefined
  session.verify(Buffer.from(name, 'latin1').toString(), Buffer.from(args, 'latin1').toString())
  return await loggedIn(session)
}

const withToken = async (session: Pop3Session, mechanism: TokenMechanism, initial?: string): Promise<boolean> => {
  const { pop3TokenForm } = session.quirks
  if (initial !== undefined && pop3TokenForm === 'two-lines') {
    await session.sendLine('-ERR Protocol error. Connection is closed. 10')
    return false
  }
  if (initial === undefined && pop3TokenForm === 'one-line') throw new CommandRefused('missing argument')
  const redeemed = await session.redeem(mechanism, initial ?? (await session.askForToken('')))
  if (redeemed instanceof MailUser) {
    session.logIn(redeemed)
    return await loggedIn(session)
  }
  const { code = 'AUTH', text = 'the token does not open the mailbox' } = redeemed
  throw code === '' ? new CommandRefused(text) : session.refusal(code, text)
}

const auth: Handler = async (session, args) => {
  passwordAllowed(session)
  const [name = '', initial] = args.split(' ')
  const mechanism = name.toUpperCase()
  if (isTokenMechanism(mechanism) && session.takes(mechanism)) return await withToken(session, mechanism, initial)
  if (mechanism === 'LOGIN' && session.quirks.saslLogin) {
    await session.saslLogin()
    return await loggedIn(session)
  }
  if (mechanism !== 'PLAIN' || !session.has('SASL')) throw new CommandRefused('unsupported mechanism')
  const response = initial ?? (await session.askForLine())
  if (response === '*') throw new CommandRefused('cancelled')
  session.verifyPlain(response)
  return await loggedIn(session)
}

const remaining = (session: Pop3Session): ListedMessage[] => session.listed.filter((entry) => !entry.deleted)
const totalSize = (session: Pop3Session): number =>
  remaining(session).reduce((sum, { message }) => sum + message.body.length, 0)

const stat: Handler = async (session) => {
  await session.sendLine(`+OK ${remaining(session).length} ${totalSize(session)}`)
  return true
}

/** LIST and UIDL have the same format: one line for a number, otherwise a listing. */
const listing = (row: (entry: ListedMessage, lie: MessageLie) => string): Handler => {
  return async (session, args, command) => {
    if (args !== '') {
      const entry = session.find(args)
      await session.sendLine(`+OK ${args} ${row(entry, session.lieAbout(entry.message, command))}`)
      return true
    }
    const lines = session.listed.flatMap((entry, index) => {
      const lie = session.lieAbout(entry.message, command)
      return entry.deleted || lie.missing ? [] : [`${index + 1} ${row(entry, lie)}`]
    })
    await session.send([`+OK ${lines.length} messages`, ...lines, '.', ''].join('\r\n'))
    return true
  }
}

const list = listing(({ message }, lie) => String(lie.size ?? message.body.length))
const uniqueIds = listing(({ uidl }) => uidl)

const uidl: Handler = async (session, args, command) => {
  if (!session.has('UIDL')) throw new CommandRefused('unknown command')
  return await uniqueIds(session, args, command)
}

const retr: Handler = async (session, args, command) => {
  const { message } = session.find(args)
  const lie = session.lieAbout(message, command)
  if (lie.missing) throw new CommandRefused('message not available')
  const body = Buffer.isBuffer(lie.body) ? lie.body : lie.body ? Buffer.alloc(0) : message.body
  const stuffed = stuffDots(body)
  const head = `+OK ${lie.size ?? body.length} octets\r\n`
  if (lie.stop && lie.stop.afterBytes <= body.length) {
    await session.send(Buffer.concat([Buffer.from(head), stuffed.subarray(0, lie.stop.afterBytes)]))
    return await session.end(lie.stop.ending)
  }
  await session.send(Buffer.concat([Buffer.from(head), stuffed, Buffer.from('.\r\n')]))
  return true
}

const top: Handler = async (session, args) => {
  if (!session.has('TOP')) throw new CommandRefused('unknown command')
  const [number = '', count = ''] = args.split(' ')
  const { message } = session.find(number)
  if (!/^\d+$/.test(count)) throw new CommandRefused('number of lines missing')
  const [head, ...rest] = message.body.toString('latin1').split(/(?<=\r?\n\r?\n)/)
  const lines = rest
    .join('')
    .split(/(?<=\n)/)
    .slice(0, Number(count))
  await session.send(
    Buffer.concat([Buffer.from('+OK\r\n'), stuffDots(Buffer.from(`${head}${lines.join('')}`, 'latin1'))]),
  )
  await session.send('.\r\n')
  return true
}

const dele: Handler = async (session, args) => {
  session.find(args).deleted = true
  await session.sendLine('+OK marked')
  return true
}

const rset: Handler = async (session) => {
  for (const entry of session.listed) entry.deleted = false
  await session.sendLine('+OK')
  return true
}

const noop: Handler = async (session) => {
  await session.sendLine('+OK')
  return true
}

const quit: Handler = async (session) => {
  session.commit()
  await session.sendLine('+OK bye')
  return false
}

export const pop3Commands: Commands = {
  CAPA: capa,
  STLS: stls,
  USER: user,
  PASS: pass,
  AUTH: auth,
  STAT: inTransaction(stat),
  LIST: inTransaction(list),
  UIDL: inTransaction(uidl),
  RETR: inTransaction(retr),
  TOP: inTransaction(top),
  DELE: inTransaction(dele),
  RSET: inTransaction(rset),
  NOOP: inTransaction(noop),
  QUIT: quit,
}
