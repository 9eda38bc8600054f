import * as z from 'zod'
import type { ListedMessage } from '../mailbox.ts'
import { MailboxError } from '../mailbox-error.ts'
import { sessionUidPrefix } from '../session-uids.ts'
import type { NumberedMessage } from './retrieve.ts'

/** RFC 1939 allows 70 characters; longer ones exist, and this still fits a table's key. */
const longestUid = 256
const usableUid = /^[\x21-\x7e]+$/
const usableNumber = /^\d{1,15}$/

/** As node-pop3 hands listings over: each line, split at every single space. */
const rowsSchema = z.array(z.array(z.string()))

/**
 * The words of each line. RFC 1939 separates them by one space; servers also send several spaces, tabs, aligned columns
 * and blanks at the end of a line. The words are checked apart: 50,000 rows by schema take half a second.
 */
const linesOf = (answer: unknown): string[][] => {
  const result = rowsSchema.safeParse(answer)
  if (!result.success) throw new MailboxError('server-misbehaved')
  const lines = result.data.flatMap((row) => row.join(' ').split(/[\r\n]+/))
  return lines.map((line) => line.trim().split(/[ \t]+/)).filter(([first]) => first !== '')
}

const numberOf = (word: string | undefined): number => {
  if (word === undefined || !usableNumber.test(word)) throw new MailboxError('server-misbehaved')
  return Number(word)
}

interface Sizes {
  readonly byNumber: ReadonlyMap<number, number>
  /** Numbers with more than one size: it is unclear which message they name. */
  readonly ambiguous: ReadonlySet<number>
}

/** RFC 1939 section 5 (LIST) allows more words behind the size. */
const sizesOf = (lines: readonly string[][]): Sizes => {
  const byNumber = new Map<number, number>()
  const ambiguous = new Set<number>()
  for (const [first, second] of lines) {
    const number = numberOf(first)
    const size = numberOf(second)
    if ((byNumber.get(number) ?? size) !== size) ambiguous.add(number)
    byNumber.set(number, size)
  }
  return { byNumber, ambiguous }
}

/** Everything that one UIDL says about the messages with it. */
interface Claim {
  readonly numbers: Set<number>
  /** RFC 1939 allows no words behind a UIDL, and some servers send them. */
  wordsBehind: boolean
}

/**
 * The UIDLs that name exactly one message each; the others cannot tell one message from another. A line that cannot be
 * read costs its message the UIDL and nothing else.
 */
const stableUids = (lines: readonly string[][]): Map<number, string> => {
  const claims = new Map<string, Claim>()
  const uidsOfNumber = new Map<number, Set<string>>()
  for (const [first = '', uid = '', ...behind] of lines) {
    if (!usableNumber.test(first)) continue
    const number = Number(first)
    const claim = claims.get(uid) ?? { numbers: new Set(), wordsBehind: false }
    claims.set(uid, { numbers: claim.numbers.add(number), wordsBehind: claim.wordsBehind || behind.length > 0 })
    uidsOfNumber.set(number, (uidsOfNumber.get(number) ?? new Set()).add(uid))
  }
  // One first word for several messages: here a UIDL contains blanks, and its first word may name another message later.
  const containBlanks = claims.values().some(({ numbers, wordsBehind }) => wordsBehind && numbers.size > 1)
  const stable = new Map<number, string>()
  for (const [uid, { numbers, wordsBehind }] of claims) {
    const [number, ...others] = numbers
    if (number === undefined || others.length > 0 || uidsOfNumber.get(number)?.size !== 1) continue
    const usable = usableUid.test(uid) && uid.length <= longestUid
    if (usable && !(wordsBehind && containBlanks)) stable.set(number, uid)
  }
  return stable
}

/**
 * Joins the rows of LIST and UIDL, lowest number (oldest) first. `uidl` undefined: the server does not know the command. A message without
 * a usable UIDL of its own gets a uid that no other session will ever give.
 */
export const numberedMessages = (list: unknown, uidl: unknown): NumberedMessage[] => {
  const { byNumber, ambiguous } = sizesOf(linesOf(list))
  const uids = uidl === undefined ? new Map<number, string>() : stableUids(linesOf(uidl))
  const prefix = sessionUidPrefix()
  return [...byNumber]
    .sort(([first], [second]) => first - second)
    .map(([number, size]) => {
      const uid = ambiguous.has(number) ? undefined : uids.get(number)
      const message: ListedMessage = {
        uid: uid ?? `${prefix}${number}`,
        uidIsStable: uid !== undefined,
        size,
        flaggedDeleted: false,
      }
      return { message, number }
    })
}
