import * as z from 'zod'
import { type ListedMessage, sessionUidPrefix } from '../mailbox.ts'
import { MailboxError } from '../mailbox-error.ts'
import type { NumberedMessage } from './retrieve.ts'

/** RFC 1939 allows 70 characters. Longer UIDLs exist, and this length still fits a table key. */
const longestUid = 256
const usableUid = /^[\x21-\x7e]+$/
const usableNumber = /^\d{1,15}$/

/** Listings as node-pop3 returns them: each line, split at every single space. */
const rowsSchema = z.array(z.array(z.string()))

/**
 * @returns the words of each line. RFC 1939 separates them by one space. Servers also send several spaces, tabs,
 *   aligned columns and trailing blanks. The words are checked separately, because a schema takes half a second for
 *   50,000 rows
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
  /** Numbers with more than one size. It is unclear which message they refer to. */
  readonly ambiguous: ReadonlySet<number>
}

/** Parses the sizes. RFC 1939 section 5 (LIST) allows further words after the size. */
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

/** The messages that one UIDL is listed for. */
interface Claim {
  readonly numbers: Set<number>
  /** RFC 1939 allows no words after a UIDL, but some servers send them. */
  wordsBehind: boolean
}

/**
 * @returns the UIDLs that refer to exactly one message each; the others cannot distinguish messages. The message of an
 * unreadable line has no UIDL; other messages are not affected
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
  // Several messages share a first word: these UIDLs contain blanks, and a first word may refer to another message
  // later.
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
 * Joins the rows of LIST and UIDL, lowest number (oldest) first. A message without a usable UIDL of its own gets a uid
 * that no other session uses.
 * @param uidl undefined if the server does not support the command
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
        ...(uid !== undefined && Number(uid) === number && { uidIsNumber: true as const }),
        size,
        flaggedDeleted: false,
      }
      return { message, number }
    })
}
