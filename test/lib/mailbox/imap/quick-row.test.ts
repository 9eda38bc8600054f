import parser from 'imapflow/lib/handler/imap-parser.js'
import { formatMessageResponse } from 'imapflow/lib/tools.js'
import { describe, expect, it } from 'vitest'
import { quickRowOf } from '../../../../lib/mailbox/imap/quick-row.ts'
import { rowSchema } from '../../../../lib/mailbox/imap/server-answers.ts'

const body = (text = 'Subject: x\r\n\r\nx\r\n') => Buffer.from(text)
const quick = (line: string, ...literals: Buffer[]) =>
  rowSchema.optional().parse(quickRowOf(Buffer.from(line), literals))

/** Reads a line as imapflow does. */
const slow = async (line: string, ...literals: Buffer[]) => {
  const parsed = await parser(Buffer.from(line), { literals: [...literals] })
  const mailbox = { path: 'INBOX', uidValidity: 1n }
  // biome-ignore lint/suspicious/noExplicitAny: the function reads only these properties of a mailbox
  return rowSchema.parse(await formatMessageResponse(parsed, mailbox as any))
}

describe('an ordinary FETCH row', () => {
  it.each<[string, Buffer[]]>([
    ['* 1 FETCH (UID 7 BODY[] {17}\r\n)', [body()]],
    ['* 12 FETCH (BODY[] {17}\r\n UID 7)', [body()]],
    ['* 12 FETCH (BODY[] {17}\r\n UID 7 FLAGS (\\Seen \\Recent))', [body()]],
    ['* 12 fetch (uid 7 body[] {17}\r\n)', [body()]],
    ['* 1 FETCH (UID 7 BODY[] NIL)', []],
    ['* 1 FETCH (UID 7 BODY[] "")', []],
    ['* 1 FETCH (UID 7 BODY[] {0}\r\n)', [Buffer.alloc(0)]],
    ['* 3 FETCH (UID 9 FLAGS () INTERNALDATE " 5-Jan-2026 08:00:00 +0100" RFC822.SIZE 4711)', []],
    ['* 3 FETCH (UID 9 FLAGS (\\Deleted $Junk) INTERNALDATE "05-Jan-2026 08:00:00 +0000" RFC822.SIZE 4711)', []],
    ['* 3 FETCH (FLAGS (\\Seen))', []],
    ['* 3 FETCH (UID 4294967295 RFC822.SIZE 0)', []],
    ['* 0 FETCH (UID 0)', []],
    ['* 3 FETCH (UID 9 EMAILID (M6d99ac3275bb4e) RFC822.SIZE 5)', []],
    ['* 3 FETCH (X-GM-MSGID 1278455344230334865 UID 9 BODY[] {17}\r\n)', [body()]],
    ['* 3 FETCH (UID 9 INTERNALDATE "yesterday")', []],
  ])('%j is read as imapflow reads it', async (line, literals) => {
    const row = quick(line, ...literals)
    expect(row).toBeDefined()
    const { flags, ...rest } = await slow(line, ...literals)
    expect({ ...row, flags: undefined }).toEqual(rest)
    expect([...(row?.flags ?? [])].filter(Boolean)).toEqual([...(flags ?? [])])
  })

  it.each<[string, Buffer[]]>([
    ['* OK done', []],
    ['* 4 EXPUNGE', []],
    ['A1 OK FETCH done', []],
    ['* 1 FETCH (UID 7 BODY[] "quoted")', []],
    ['* 1 FETCH (UID 7 BODY[]<4096> {17}\r\n)', [body()]],
    ['* 1 FETCH (UID 7 BODY[HEADER] {17}\r\n)', [body()]],
    ['* 1 FETCH (UID 7 BODY[] {17}\r\n', [body()]],
    ['* 1 FETCH (UID 7 BODY[] {17}\r\n) and more', [body()]],
    ['* 1 FETCH (UID 7 BODY[] {17}\r\n)', []],
    ['* 1 FETCH (UID 7)', [body()]],
    ['* 1 FETCH (UID 7 BODY[] ~{17}\r\n)', [body()]],
    ['* 1 FETCH (UID 7 BODYSTRUCTURE ("text" "plain" NIL NIL NIL "7bit" 1 1))', []],
    ['* 1 FETCH (UID 7 FLAGS (a "b" c))', []],
    ['* 1 FETCH (UID 99999999999)', []],
    ['* 1 FETCH (UID -7)', []],
    ['* 1 FETCH (UID 7  FLAGS ())', []],
    ['* 1 FETCH ()', []],
    ['\0* 1 FETCH (UID 7)', []],
    ['', []],
  ])('%j is left to imapflow', (line, literals) => {
    expect(quick(line, ...literals)).toBeUndefined()
  })

  it('a hostile line of 8 MiB is read in linear time', () => {
    const mega = 8 * 1024 * 1024
    const began = process.cpuUsage()
    for (const line of [`* 1 FETCH (FLAGS (${'a '.repeat(mega / 2)}`, `* 1 FETCH (${'UID 1 '.repeat(mega / 6)}`])
      quick(line)
    const { user } = process.cpuUsage(began)
    expect(user / 1000).toBeLessThan(3_000)
  })
})
