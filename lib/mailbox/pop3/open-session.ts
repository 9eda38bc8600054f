import type { SessionOptions } from '../connect-session.ts'
import type { MailboxSettings } from '../mailbox.ts'
import { MailboxError } from '../mailbox-error.ts'
import { authenticatedButNotConnected, loginCodeFor } from '../refused-login.ts'
import { numberedMessages } from './listing.ts'
import { Pop3Refusal, Pop3Session } from './pop3-session.ts'
import { refusalErrorOf } from './reply-error.ts'
import type { NumberedMessage } from './retrieve.ts'

/** A session that has logged in and listed its messages. The numbers are valid in this session only. */
export interface OpenSession {
  readonly session: Pop3Session
  readonly messages: readonly NumberedMessage[]
  /** True if every message has a UIDL of its own. */
  readonly uidsAreStable: boolean
}

/** The rows of a listing, or undefined rows and the server's text if the server refused the command. */
type Rows = { readonly rows: unknown; readonly text: string }

const rowsOf = (listing: PromiseSettledResult<unknown> | undefined): Rows => {
  if (listing?.status === 'fulfilled') return { rows: listing.value, text: '' }
  if (listing?.reason instanceof Pop3Refusal) return { rows: undefined, text: listing.reason.text }
  throw listing?.reason
}

/** Responses to LIST from servers without response codes: "-ERR no messages in maildrop", "-ERR mailbox is empty". */
const emptyWords = /\bno (new )?(mail|messages)\b|\b(mailbox|maildrop|inbox) (is )?empty\b/i

/** Lists the messages. UIDL is optional (RFC 1939 section 7), LIST is not. */
const listMessages = async (
  session: Pop3Session,
  pipelining: boolean,
  { credential, ignoreUidls = false }: MailboxSettings,
): Promise<NumberedMessage[]> => {
  const answers = await session.inTurn<unknown>([() => session.UIDL(), () => session.LIST()], pipelining)
  const uidl = rowsOf(answers[0])
  const list = rowsOf(answers[1])
  if (list.rows !== undefined) return numberedMessages(list.rows, ignoreUidls ? undefined : uidl.rows)
  const notConnected = authenticatedButNotConnected.test(list.text)
  const refusal = refusalErrorOf(
    list.text,
    notConnected ? loginCodeFor(credential, 'credentials-rejected') : 'server-misbehaved',
  )
  if (refusal.code === 'server-misbehaved' && (await isEmpty(session, list, uidl))) return []
  throw refusal
}

/** Some servers refuse to list an empty mailbox, and some refuse every command about its messages. */
const isEmpty = async (session: Pop3Session, list: Rows, uidl: Rows): Promise<boolean> => {
  if (uidl.rows !== undefined) return Array.isArray(uidl.rows) && uidl.rows.length === 0
  const [stat] = await session.inTurn([() => session.STAT()], false)
  if (stat?.status === 'fulfilled') return /^\s*0+(\s|$)/.test(stat.value)
  if (!(stat?.reason instanceof Pop3Refusal)) throw stat?.reason
  return emptyWords.test(list.text)
}

/** `earlier`: the previous session of the same mailbox. Its capabilities need not be requested again. */
export const openSession = async (
  options: SessionOptions,
  pipelining: boolean,
  earlier?: OpenSession,
): Promise<OpenSession> => {
  const session = new Pop3Session(options)
  await session.connect(pipelining, pipelining ? earlier?.session.capabilities : undefined)
  try {
    const several = pipelining && session.capabilities.pipelining
    const messages = await listMessages(session, several, options.settings).catch((error: unknown) => {
      // Each of several mixed-up responses can be complete without being a listing.
      if (several && error instanceof MailboxError && error.code === 'server-misbehaved') options.onPipeliningBroken?.()
      throw error
    })
    return { session, messages, uidsAreStable: messages.every(({ message }) => message.uidIsStable) }
  } catch (error) {
    session.wire.fail(new MailboxError('connection-lost'))
    throw error
  }
}
