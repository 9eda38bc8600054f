import type { BodyPiece, FetchedRow } from './server-answers.ts'

/** A FETCH row that `quickRowOf` has read, so that it needs no further check. */
export class QuickRow implements FetchedRow {
  readonly seq: number | undefined
  uid: number | undefined
  size: number | undefined
  flags: Set<string> | undefined
  internalDate: Date | undefined
  readonly pieces: BodyPiece[] = []

  constructor(seq: number) {
    this.seq = seq || undefined
  }
}

const beginning = /^\* (\d{1,10}) FETCH \(/i
/** The data items that Postmaster asks for, in the forms that servers use for them, and the blank or end after each. */
const item =
  /(?:UID (\d{1,10})|RFC822\.SIZE (\d{1,15})|FLAGS \(([^()"{}\r\n]*)\)|INTERNALDATE "([^"\\\r\n]{1,40})"|BODY\[\](?:<(\d{1,10})>)? (NIL|""|\{\d{1,10}\}\r\n)|EMAILID \([^()"{}\r\n]*\)|X-GM-MSGID \d{1,20})(?: |(\)$))/iy

/**
 * Reads an ordinary FETCH response in a twentieth of the time that imapflow's parser needs.
 * @param line the response as imapflow's stream delivers it, without its literals and its line end
 * @returns undefined for everything else, which imapflow's parser then reads
 */
export const quickRowOf = (line: Buffer, literals: readonly Buffer[]): QuickRow | undefined => {
  const text = line.toString('latin1')
  const [start, seq] = beginning.exec(text) ?? []
  if (start === undefined) return undefined
  const row = new QuickRow(Number(seq))
  let used = 0
  for (item.lastIndex = start.length; ; ) {
    const found = item.exec(text)
    if (!found) return undefined
    const [, uid, size, flags, date, origin, body, end] = found
    if (uid !== undefined) row.uid = Number(uid) || undefined
    else if (size !== undefined) row.size = Number(size)
    else if (flags !== undefined) row.flags = new Set(flags.split(' '))
    else if (date !== undefined) row.internalDate = validDate(date)
    else if (body !== undefined) {
      const bytes = body === 'NIL' ? undefined : body === '""' ? Buffer.alloc(0) : literals[used++]
      row.pieces.push({ origin: origin === undefined ? undefined : Number(origin), bytes })
    }
    if (end !== undefined) return used === literals.length ? row : undefined
  }
}

const validDate = (text: string): Date | undefined => {
  const date = new Date(text)
  return Number.isNaN(date.getTime()) ? undefined : date
}
