import type { MailProtocol } from '../../lib/accounts/account-type.ts'
import { type Cutter, cutAround, cutBySize, cutInside } from './cutting.ts'
import type { StoredMessage } from './mailboxes.ts'
import type { TokenLogin, TokenRefusal } from './token-login.ts'

export interface SessionInfo {
  /** 1 for the server's first connection, and so on. */
  readonly id: number
  readonly protocol: MailProtocol
  readonly secure: boolean
  readonly user: string | undefined
}

export interface Command {
  /** Upper case; `UID FETCH`, `UID STORE`… in two words. */
  readonly name: string
  /** Everything after the name, as sent (literals included); without the IMAP tag. */
  readonly args: string
  readonly tag: string | undefined
}

export type Ending = 'drop' | 'hang' | 'reset'
/** `reply` is sent instead of the real answer: `{tag}` becomes the command's tag, a missing CRLF is added. */
export type Action = 'continue' | Ending | { readonly reply: string | Buffer }

/** How one message is misrepresented: IMAP's FETCH row, or POP3's LIST, UIDL and RETR. */
export interface MessageLie {
  /** No row; RETR is refused. */
  readonly missing?: boolean
  /** Announced instead of the real size. */
  readonly size?: number
  /** `none`: a row without the asked-for body; `nil`: `BODY[] NIL`; a Buffer: sent instead of the real one. */
  readonly body?: 'none' | 'nil' | Buffer
  /** Announced as the literal's size although the real bytes follow. */
  readonly literalSize?: number
  /** The UID (not) asked for under which the row is sent. */
  readonly uid?: number
  /** Untagged lines around the row (IMAP). */
  readonly before?: readonly string[]
  readonly after?: readonly string[]
  /** After so many bytes of the body. */
  readonly stop?: { readonly afterBytes: number; readonly ending: Ending }
}

/** One thing that goes wrong. All are optional; several faults are asked in order, the first answer counts. */
export interface Fault {
  atGreeting?(session: SessionInfo): Action | undefined
  /** Before the handshake, of implicit TLS and after STARTTLS' OK. */
  atTls?(session: SessionInfo): Exclude<Action, object> | undefined
  onCommand?(session: SessionInfo, command: Command): Action | undefined | Promise<Action | undefined>
  /** After the whole answer was sent. */
  afterCommand?(session: SessionInfo, command: Command): Action | undefined
  /** Instead of looking a bearer token up; `accept`: it opens the mailbox of the user it comes with. */
  onToken?(session: SessionInfo, login: TokenLogin): 'accept' | TokenRefusal | undefined
  onMessage?(session: SessionInfo, message: StoredMessage, command: Command): MessageLie | undefined
  /** Sent in clear right behind STARTTLS' OK, before the handshake. */
  readonly injectAfterStartTls?: string
  /** How outgoing bytes are cut into writes. */
  readonly cut?: Cutter
  /** Between two cut pieces; left out: one turn of the event loop. */
  readonly pauseMs?: number
  /** Before the greeting and every answer. */
  readonly delayMs?: number
}

const nthTime = (times: number): (() => boolean) => {
  let left = times
  return () => left-- > 0
}

// --- how bytes arrive -------------------------------------------------------------------------------------------------

/** Writes of at most `size` bytes each. */
export const cutInto = (size: number): Fault => ({ cut: cutBySize(size) })

/** Every occurrence of `pattern` becomes a segment of its own, e.g. `.` or `.\r\n` in the middle of a message. */
export const alone = (pattern: string, pauseMs = 5): Fault => ({ pauseMs, cut: cutAround(pattern) })

/** Cuts inside every occurrence of `pattern`, `offset` bytes into it, e.g. inside the terminator `\r\n.\r\n`. */
export const cutWithin = (pattern: string, offset: number, pauseMs = 5): Fault => ({
  pauseMs,
  cut: cutInside(pattern, offset),
})

/** Answers byte by byte from this command on; `GREETING`: from the greeting on. */
export const dripFrom = (name: CommandName | 'GREETING', pauseMs: number): Fault => {
  let dripping = name === 'GREETING'
  return {
    pauseMs,
    cut: (bytes) => (dripping ? cutBySize(1)(bytes) : [bytes]),
    onCommand: (_, command) => {
      dripping ||= isNamed(name, command)
      return undefined
    },
  }
}

export const delayed = (delayMs: number): Fault => ({ delayMs })

// --- endings at a step ------------------------------------------------------------------------------------------------

/** A command's name; `LOGIN` stands for any way of logging in, `*` for every command. */
export type CommandName = string

const loginCommands = new Set(['LOGIN', 'AUTHENTICATE', 'USER', 'PASS', 'AUTH'])
const isNamed = (name: CommandName, command: Command): boolean =>
  name === '*' || name === command.name || (name === 'LOGIN' && loginCommands.has(command.name))

export const endAtGreeting = (ending: Ending): Fault => ({ atGreeting: () => ending })
export const endAtTls = (ending: Ending): Fault => ({ atTls: () => ending })

/** Instead of an answer to the command; `times`: only so often. */
export const endAt = (name: CommandName, ending: Ending, times = Number.POSITIVE_INFINITY): Fault => {
  const due = nthTime(times)
  return { onCommand: (_, command) => (isNamed(name, command) && due() ? ending : undefined) }
}

/** After the complete answer to the command. */
export const endAfter = (name: CommandName, ending: Ending, times = Number.POSITIVE_INFINITY): Fault => {
  const due = nthTime(times)
  return { afterCommand: (_, command) => (isNamed(name, command) && due() ? ending : undefined) }
}

/** In the middle of a body, `afterBytes` into it. `uid` left out: every message. */
export const endMidMessage = (afterBytes: number, ending: Ending, uid?: number): Fault =>
  lie(uid, { stop: { afterBytes, ending } })

// --- refusals ---------------------------------------------------------------------------------------------------------

export interface Refusal {
  /** IMAP; POP3 always says -ERR. */
  readonly kind?: 'NO' | 'BAD'
  /** Without brackets: `IN-USE`, `UNAVAILABLE`, `SYS/TEMP`… */
  readonly code?: string
  readonly text?: string
  readonly times?: number
}

const refusalLine = (protocol: MailProtocol, refusal: Refusal): string => {
  const words = `${refusal.code ? `[${refusal.code}] ` : ''}${refusal.text ?? 'refused by the test'}`
  return protocol === 'imap' ? `{tag} ${refusal.kind ?? 'NO'} ${words}` : `-ERR ${words}`
}

export const refuse = (name: CommandName, refusal: Refusal = {}): Fault => {
  const due = nthTime(refusal.times ?? Number.POSITIVE_INFINITY)
  return {
    onCommand: (session, command) =>
      isNamed(name, command) && due() ? { reply: refusalLine(session.protocol, refusal) } : undefined,
  }
}

/** `* BYE` or `-ERR` instead of a greeting, then closed. */
export const refuseGreeting = (text = 'too many connections', code?: string): Fault => ({
  atGreeting: ({ protocol }) => ({
    reply: `${protocol === 'imap' ? '* BYE' : '-ERR'} ${code ? `[${code}] ` : ''}${text}`,
  }),
})

/** `* BYE` instead of an answer (IMAP), then closed. */
export const byeAt = (name: CommandName, text = 'shutting down'): Fault => ({
  onCommand: (_, command) => (isNamed(name, command) ? { reply: `* BYE ${text}` } : undefined),
})

/** Answers a command with exactly these bytes. */
export const replyTo = (name: CommandName, reply: string | Buffer, times = Number.POSITIVE_INFINITY): Fault => {
  const due = nthTime(times)
  return { onCommand: (_, command) => (isNamed(name, command) && due() ? { reply } : undefined) }
}

/** A line of `bytes` characters without an end that any client should accept. */
export const oversizedLineAt = (name: CommandName, bytes: number): Fault => replyTo(name, Buffer.alloc(bytes, 'x'))

export const injectAfterStartTls = (data: string): Fault => ({ injectAfterStartTls: data })

// --- lies about messages ----------------------------------------------------------------------------------------------

/** `uid` left out: about every message. */
export const lie = (uid: number | undefined, about: MessageLie): Fault => ({
  onMessage: (_, message) => (uid === undefined || uid === message.uid ? about : undefined),
})

export const wrongSize = (size: number, uid?: number): Fault => lie(uid, { size })

/** Listed, but no row when its body is asked for. */
export const missingRow = (uid?: number): Fault => onlyBody(uid, { missing: true })
export const rowWithoutBody = (uid?: number): Fault => onlyBody(uid, { body: 'none' })
export const nilBody = (uid?: number): Fault => onlyBody(uid, { body: 'nil' })
export const emptyBody = (uid?: number): Fault => onlyBody(uid, { body: Buffer.alloc(0) })
export const hugeLiteral = (literalSize: number, uid?: number): Fault => onlyBody(uid, { literalSize })

/** A complete extra row, body included, under a UID nobody asked for (IMAP). */
export const unaskedRow = (uid: number, body: Buffer, before?: number): Fault =>
  onlyBody(before, {
    before: [`* 1 FETCH (UID ${uid} FLAGS () BODY[] {${body.length}}\r\n${body.toString('latin1')})`],
  })

/** Unsolicited `FETCH (FLAGS …)` rows, with and without a UID, in front of every message's row (IMAP). */
export const flagUpdates = (): Fault => ({
  onMessage: (_, message) => ({
    before: [`* 1 FETCH (FLAGS (\\Seen))`, `* 1 FETCH (UID ${message.uid} FLAGS (\\Flagged))`],
  }),
})

const onlyBody = (uid: number | undefined, about: MessageLie): Fault => ({
  onMessage: (_, message, command) =>
    (uid === undefined || uid === message.uid) && asksForBody(command) ? about : undefined,
})

const asksForBody = (command: Command): boolean =>
  command.name === 'RETR' || /BODY|RFC822(?!\.SIZE)/i.test(command.args)
