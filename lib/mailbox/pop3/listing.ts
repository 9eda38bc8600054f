import { randomBytes } from 'node:crypto'
import * as z from 'zod'
import type { ListedMessage } from '../mailbox.ts'
import { MailboxError } from '../mailbox-error.ts'
import type { NumberedMessage } from './retrieve.ts'

/** RFC 1939 allows 70 characters; longer ones exist, and this still fits a table's key. */
const longestUid = 256
const usableUid = /^[\x21-\x7e]+$/

/** As node-pop3 hands listings over: the words of each line. Numbers are read apart: 50,000 rows by schema take half a second. */
const rowsSchema = z.array(z.array(z.string()))

const rowsOf = (answer: unknown): string[][] => {
  const result = rowsSchema.safeParse(answer)
  if (!result.success) throw new MailboxError('server-misbehaved')
  return result.data
}

const numberOf = (word: string | undefined): number => {
  if (word === undefined || !/^\d{1,15}$/.test(word)) throw new MailboxError('server-misbehaved')
  return Number(word)
}

/** The UIDLs that name exactly one message each; the others cannot tell one message from another. */
const stableUids = (rows: readonly string[][]): Map<number, string> => {
  const seen = new Map<string, number>()
  for (const [, uid = ''] of rows) seen.set(uid, (seen.get(uid) ?? 0) + 1)
  const stable = new Map<number, string>()
  for (const [number, uid = '', ...more] of rows) {
    const usable = usableUid.test(uid) && uid.length <= longestUid && more.length === 0
    if (usable && seen.get(uid) === 1) stable.set(numberOf(number), uid)
  }
  return stable
}

/**
 * Joins the rows of LIST and UIDL, lowest number (oldest) first. `uidl` undefined: the server does not know the command. A message without
 * a usable UIDL of its own gets a uid that no other session will ever give.
 */
export const numberedMessages = (list: unknown, uidl: unknown): NumberedMessage[] => {
  const sizes = new Map(rowsOf(list).map(([number, size]) => [numberOf(number), numberOf(size)]))
  const uids = uidl === undefined ? new Map<number, string>() : stableUids(rowsOf(uidl))
  const session = randomBytes(8).toString('hex')
  return [...sizes]
    .sort(([first], [second]) => first - second)
    .map(([number, size]) => {
      const uid = uids.get(number)
      const message: ListedMessage = {
        uid: uid ?? `session:${session}:${number}`,
        uidIsStable: uid !== undefined,
        size,
        flaggedDeleted: false,
      }
      return { message, number }
    })
}
