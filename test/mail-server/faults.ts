import type { MailProtocol } from '../../lib/mailbox/account-type.ts'
import { type Cutter, cutAround, cutBySize, cutInside } from './cutting.ts'
import type { StoredMessage } from './mailboxes.ts'
import type { TokenLogin, TokenRefusal } from './token-login.ts'

export interface SessionInfo {
  /** 1 for the server's first connection, 2 for the second, and so on. */
  readonly id: number
  readonly protocol: MailProtocol
  readonly secure: boolean
  readonly user: string | undefined
}

export interface Command {
  /** Upper case. `UID FETCH`, `UID STORE`… are two words. */
  readonly name: string
  /** Everything after the name, as sent (including literals), without the IMAP tag. */
  readonly args: string
  readonly tag: string | undefined
}

export type Ending = 'drop' | 'hang' | 'reset'
/** `reply` is sent instead of the real response: `{tag}` becomes the command's tag, and a missing CRLF is added. */
export type Action = 'continue' | Ending | { readonly reply: string | Buffer }

/** The misrepresentation of one message in IMAP's FETCH row, or in POP3's LIST, UIDL and RETR. */
export interface MessageLie {
  /** No row is sent, and RETR is refused. */
  readonly missing?: boolean
  /** Announced instead of the real size. */
  readonly size?: number
  /** `none`: a row without the requested body; `nil`: `BODY[] NIL`; a Buffer: sent instead of the real body. */
  readonly body?: 'none' | 'nil' | Buffer
  /** The size announced for the literal. The real bytes follow regardless. */
  readonly literalSize?: number
  /** The row is sent with this UID, whether it was requested or not. */
  readonly uid?: number
  /** Untagged lines around the row (IMAP). */
  readonly before?: readonly string[]
  readonly after?: readonly string[]
  /** Ends the connection after this many bytes of the body. */
  readonly stop?: { readonly afterBytes: number; readonly ending: Ending }
}

/** One failure. All members are optional. Several faults are called in order, and the first result counts. */
export interface Fault {
  atGreeting?(session: SessionInfo): Action | undefined
  /** Called before the handshake, for implicit TLS and after the OK to STARTTLS. */
  atTls?(session: SessionInfo): Exclude<Action, object> | undefined
  onCommand?(session: SessionInfo, command: Command): Action | undefined | Promise<Action | undefined>
  /** Called after the complete response was sent. */
  afterCommand?(session: SessionInfo, command: Command): Action | undefined
  /** Called instead of looking up a bearer token. `accept`: the token opens the mailbox of the user in the login. */
  onToken?(session: SessionInfo, login: TokenLogin): 'accept' | TokenRefusal | undefined
  onMessage?(session: SessionInfo, message: StoredMessage, command: Command): MessageLie | undefined
  /** Sent unencrypted immediately after the OK to STARTTLS, before the handshake. */
  readonly injectAfterStartTls?: string
  /** Cuts outgoing bytes into separate writes. */
  readonly cut?: Cutter
  /** Time between two pieces. If omitted, one turn of the event loop. */
  readonly pauseMs?: number
  /** Delay before the greeting and every response. */
  readonly delayMs?: number
}

const nthTime = (times: number): (() => boolean) => {
  let left = times
  return () => left-- > 0
}

// --- how bytes arrive
// -------------------------------------------------------------------------------------------------

/** Makes writes of at most `size` bytes each. */
export const cutInto = (size: number): Fault => ({ cut: cutBySize(size) })

/** Makes every occurrence of `pattern` a separate segment, e.g. `.` or `.\r\n` in the middle of a message. */
export const alone = (pattern: string, pauseMs = 5): Fault => ({ pauseMs, cut: cutAround(pattern) })

/** Cuts every occurrence of `pattern` after `offset` bytes, e.g. inside the terminator `\r\n.\r\n`. */
export const cutWithin = (pattern: string, offset: number, pauseMs = 5): Fault => ({
  pauseMs,
  cut: cutInside(pattern, offset),
})

/** Sends responses byte by byte from this command onwards, or from the greeting with `GREETING`. */
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

// --- endings at a step
// ------------------------------------------------------------------------------------------------

/** A command's name. `LOGIN` means any login method, `*` means every command. */
export type CommandName = string

const loginCommands = new Set(['LOGIN', 'AUTHENTICATE', 'USER', 'PASS', 'AUTH'])
const isNamed = (name: CommandName, command: Command): boolean =>
  name === '*' || name === command.name || (name === 'LOGIN' && loginCommands.has(command.name))

export const endAtGreeting = (ending: Ending): Fault => ({ atGreeting: () => ending })
export const endAtTls = (ending: Ending): Fault => ({ atTls: () => ending })

/** Ends the connection instead of answering the command, at most `times` times. */
export const endAt = (name: CommandName, ending: Ending, times = Number.POSITIVE_INFINITY): Fault => {
  const due = nthTime(times)
  return { onCommand: (_, command) => (isNamed(name, command) && due() ? ending : undefined) }
}

/** Ends the connection after the complete response to the command. */
export const endAfter = (name: CommandName, ending: Ending, times = Number.POSITIVE_INFINITY): Fault => {
  const due = nthTime(times)
  return { afterCommand: (_, command) => (isNamed(name, command) && due() ? ending : undefined) }
}

/** Ends the connection after `afterBytes` bytes of a body. If `uid` is omitted, in every message. */
export const endMidMessage = (afterBytes: number, ending: Ending, uid?: number): Fault =>
  lie(uid, { stop: { afterBytes, ending } })

// --- refusals
// ---------------------------------------------------------------------------------------------------------

export interface Refusal {
  /** For IMAP. POP3 always sends -ERR. */
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

/** Sends `* BYE` or `-ERR` instead of a greeting, then closes the connection. */
export const refuseGreeting = (text = 'too many connections', code?: string): Fault => ({
  atGreeting: ({ protocol }) => ({
    reply: `${protocol === 'imap' ? '* BYE' : '-ERR'} ${code ? `[${code}] ` : ''}${text}`,
  }),
})

/** Sends `* BYE` instead of a response (IMAP), then closes the connection. */
export const byeAt = (name: CommandName, text = 'shutting down'): Fault => ({
  onCommand: (_, command) => (isNamed(name, command) ? { reply: `* BYE ${text}` } : undefined),
})

/** Answers a command with exactly these bytes. */
export const replyTo = (name: CommandName, reply: string | Buffer, times = Number.POSITIVE_INFINITY): Fault => {
  const due = nthTime(times)
  return { onCommand: (_, command) => (isNamed(name, command) && due() ? { reply } : undefined) }
}

/** Sends a line of `bytes` characters without a line end, longer than any client should accept. */
export const oversizedLineAt = (name: CommandName, bytes: number): Fault => replyTo(name, Buffer.alloc(bytes, 'x'))

export const injectAfterStartTls = (data: string): Fault => ({ injectAfterStartTls: data })

// --- lies about messages
// ----------------------------------------------------------------------------------------------

/** Misrepresents one message, or every message if `uid` is omitted. */
export const lie = (uid: number | undefined, about: MessageLie): Fault => ({
  onMessage: (_, message) => (uid === undefined || uid === message.uid ? about : undefined),
})

export const wrongSize = (size: number, uid?: number): Fault => lie(uid, { size })

/** Lists the message, but sends no row for its body. */
export const missingRow = (uid?: number): Fault => onlyBody(uid, { missing: true })
export const rowWithoutBody = (uid?: number): Fault => onlyBody(uid, { body: 'none' })
export const nilBody = (uid?: number): Fault => onlyBody(uid, { body: 'nil' })
export const emptyBody = (uid?: number): Fault => onlyBody(uid, { body: Buffer.alloc(0) })
export const hugeLiteral = (literalSize: number, uid?: number): Fault => onlyBody(uid, { literalSize })

/** Sends an additional complete row with a body, under a UID that was not requested (IMAP). */
export const unaskedRow = (uid: number, body: Buffer, before?: number): Fault =>
  onlyBody(before, {
    before: [`* 1 FETCH (UID ${uid} FLAGS () BODY[] {${body.length}}\r\n${body.toString('latin1')})`],
  })

/** Sends unsolicited `FETCH (FLAGS …)` rows, with and without a UID, before every message's row (IMAP). */
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
