import type { FetchedRow } from './server-answers.ts'

const beginning = /^\* (\d{1,10}) FETCH \(/i
/** The data items that Postmaster asks for, in the forms that servers use for them, and the blank or end after each. */
const item =
  /(?:UID (\d{1,10})|RFC822\.SIZE (\d{1,15})|FLAGS \(([^()"{}\r\n]*)\)|INTERNALDATE "([^"\\\r\n]{1,40})"|BODY\[\] (NIL|""|\{\d{1,10}\}\r\n)|EMAILID \([^()"{}\r\n]*\)|X-GM-MSGID \d{1,20})(?: |(\)$))/iy

/**
 * Reads an ordinary FETCH response in a twentieth of the time that imapflow's parser needs.
 * @param line the response as imapflow's stream delivers it, without its literals and its line end
 * @returns a row to be checked with `rowSchema`, like those of imapflow's parser, which reads everything else (undefined)
 */
export const quickRowOf = (line: Buffer, literals: readonly Buffer[]): FetchedRow | undefined => {
  const text = line.toString('latin1')
  const [start, seq] = beginning.exec(text) ?? []
  if (start === undefined) return undefined
  const row: FetchedRow = { seq: Number(seq) || undefined }
  let used = 0
  for (item.lastIndex = start.length; ; ) {
    const found = item.exec(text)
    if (!found) return undefined
    const [, uid, size, flags, date, body, end] = found
    if (uid !== undefined) row.uid = Number(uid) || undefined
    else if (size !== undefined) row.size = Number(size)
    else if (flags !== undefined) row.flags = new Set(flags.split(' '))
    else if (date !== undefined) row.internalDate = new Date(date)
    else if (body === '""') row.source = Buffer.alloc(0)
    else if (body !== undefined && body !== 'NIL') row.source = literals[used++]
    if (end !== undefined) return used === literals.length ? row : undefined
  }
}
