import { describe, expect, it } from 'vitest'
import {
  changedHeader,
  type HeaderChange,
  UncleanableMail,
  wouldRemoveFields,
} from '../../../../lib/handover/copy/clean-header.ts'
import { headerBlockOf, headerFieldsOf } from '../../../../lib/messages/header/header-fields.ts'
import { seededRandom } from '../../../mail-server/random.ts'
import { spellings } from './spellings.ts'

const change: HeaderChange = {
  removed: ['x-otobo-', 'x-otrs-', 'x-znuny-', 'x-zammad-', 'x-postmaster-', 'rt-', 'x-desk-'],
  inserted: [],
  remaining: 'X-Postmaster-Id: 1',
}

async function* chunksOf(bytes: Buffer, size: number): AsyncGenerator<Buffer> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size)
}

const cleaned = async (mail: Buffer | string, size = 64 * 1024, how = change): Promise<Buffer> => {
  const bytes = typeof mail === 'string' ? Buffer.from(mail, 'latin1') : mail
  const output: Buffer[] = []
  for await (const chunk of changedHeader(chunksOf(bytes, size), how)) output.push(chunk)
  return Buffer.concat(output)
}
const cleanedText = async (mail: string): Promise<string> => (await cleaned(mail)).toString('latin1')

const body = 'Hello,\r\n\r\nX-OTOBO-Queue: Junk\r\n\0\x80\xff bytes \r alone\nX-OTOBO-Priority: 5'

describe.for(['\r\n', '\n'])('changedHeader with line ends %j', (end) => {
  it.for(Object.entries(spellings))('changedHeader removes a control header written %s', async ([, spelling]) => {
    const field = spelling.replaceAll('\n', end)
    for (const [before, after] of [
      [`From: a@example.org${end}`, `Subject: hello${end}`],
      ['', `Subject: hello${end}`],
      [`Subject: hello${end}`, ''],
    ] as const) {
      const mail = `${before}${field}${after}${end}${body}`
      for (const size of [1, 7, 64 * 1024]) {
        const text = (await cleaned(mail, size)).toString('latin1')
        const header = text.slice(0, -body.length)
        expect(text.endsWith(`${end}${body}`)).toBe(true)
        expect(header).not.toMatch(/otobo|otrs|znuny|zammad|rt-att|postmaster-trusted|desk|junk/i)
        expect(header).toContain(before)
        expect(header).toContain(after)
      }
      expect(await wouldRemoveFields(chunksOf(Buffer.from(mail, 'latin1'), 100), change)).toBe(true)
    }
  })
})

describe('changedHeader', () => {
  it.for([
    'Subject: hello\r\nReferences: <a@x>\r\n <b@x>\r\n\r\nX-OTOBO-Queue: in the body\r\n',
    'Subject: hello\n\nbody',
    'DKIM-Signature: h=from:to:\r\n X-OTOBO-Queue:subject;\r\n b=abc\r\n\r\nbody',
    'Subject: X-OTOBO-Queue: in a value\r\n\r\nbody',
    'Subject: without a body',
    'Subject: hello\r\rX-OTOBO-Queue: in the body of a mail of an old Mac\r',
    '\r\n\r\n',
    '',
    'no header at all, only text\r\nmore text\r\n',
    'Subject: ends with CR\r',
  ])('changedHeader passes %j through unchanged', async (mail) => {
    for (const size of [1, 3, 1000]) expect((await cleaned(mail, size)).toString('latin1')).toBe(mail)
    expect(await wouldRemoveFields(chunksOf(Buffer.from(mail, 'latin1'), 5), change)).toBe(false)
  })

  it('changedHeader removes control headers after 256 KiB of header', async () => {
    const filler = 'X-Filler: 0123456789\r\n'.repeat(20_000)
    expect(await cleanedText(`${filler}X-OTOBO-Queue: Junk\r\n\r\n${body}`)).toBe(`${filler}\r\n${body}`)
  })

  it('changedHeader leaves a field if all others were control headers, so that the body does not become a header', async () => {
    const text = await cleanedText('X-OTOBO-Queue: Junk\r\n\r\nX-OTOBO-Queue: Spam\r\n\r\nbody')
    expect(text).toBe('X-Postmaster-Id: 1\r\n\r\nX-OTOBO-Queue: Spam\r\n\r\nbody')
    const afterEnvelope = await cleanedText('From a@x Mon\nX-OTOBO-Queue: Junk\n\nX-OTOBO-Queue: Spam\n\nbody')
    expect(afterEnvelope).toBe('From a@x Mon\nX-Postmaster-Id: 1\n\nX-OTOBO-Queue: Spam\n\nbody')
  })

  it('changedHeader reads on after blank lines before the header, as lenient readers do', async () => {
    expect(await cleanedText('\r\n\nX-OTOBO-Queue: Junk\r\nSubject: a\r\n\r\nbody')).toBe(
      '\r\n\nSubject: a\r\n\r\nbody',
    )
  })

  it('changedHeader removes control headers between CR CR and a blank line with LF', async () => {
    const text = await cleanedText('Subject: a\r\rX-OTOBO-Queue: Spam\rtext\nX-OTOBO-Queue: Junk\n\nbody')
    expect(text).toBe('Subject: a\r\rtext\n\nbody')
    const longBody = `Subject: a\r\r${'X-OTOBO-Queue: text\r'.repeat(60_000)}`
    expect(await cleanedText(longBody)).toBe(longBody)
  })

  it('changedHeader keeps lines apart when it removes the end of a line with a bare CR', async () => {
    const text = await cleanedText('Subject: a\rX-OTOBO-Queue: Junk\r\nFrom: b@x\r\n\r\n')
    expect(text).toBe('Subject: a\r\nFrom: b@x\r\n\r\n')
  })

  it('changedHeader refuses a mail with a header line over 1 MiB', async () => {
    const long = `Subject: ${'a'.repeat(1024 * 1024)}\r\n\r\nbody`
    await expect(cleaned(long)).rejects.toThrow(UncleanableMail)
    await expect(cleaned(`${long.slice(0, 1024 * 1024 - 2)}\r\n\r\nbody`)).resolves.toHaveLength(1024 * 1024 + 6)
  })

  it('changedHeader refuses a mail whose header has more than a million lines', async () => {
    const lines = '\r'.repeat(999_998)
    await expect(cleaned(`${lines}A: b\r\n\r\nX: \r\n`)).resolves.toHaveLength(lines.length + 13)
    for (const line of ['a:b\r\n', 'a\r'])
      await expect(cleaned(line.repeat(1_000_001))).rejects.toThrow(UncleanableMail)
  })

  it('changedHeader inserts fields before the first field, with the line ends of the mail', async () => {
    const inserting = { removed: ['x-otobo-'], inserted: ['X-OTOBO-Queue: Support', 'X-Id: 1'], remaining: 'X-Id: 1' }
    const inserted = async (mail: string) => (await cleaned(mail, 4, inserting)).toString('latin1')
    const fields = 'X-OTOBO-Queue: Support\nX-Id: 1\n'
    expect(await inserted('X-OTOBO-Queue: Old\nSubject: a\n\nbody')).toBe(`${fields}Subject: a\n\nbody`)
    expect(await inserted('From a@x\nSubject: a\n\nbody')).toBe(`From a@x\n${fields}Subject: a\n\nbody`)
    expect(await inserted('\r\nSubject: a\r\n\r\nbody')).toBe(
      `\r\n${fields.replaceAll('\n', '\r\n')}Subject: a\r\n\r\nbody`,
    )
  })

  it('changedHeader leaves nothing in random headers that a reader takes for a control header', async () => {
    const random = seededRandom(20_261_130)
    const pieces = ['X-OTOBO-Queue: Junk', 'Subject: a', ' folded', '\t', ' ', '\r', '\n', '\r\n', '\n', '\r\n', '\0']
    pieces.push('\v', 'From x', ':', 'text', '\u0085', '\u00ef\u00bb\u00bf')
    for (let round = 0; round < 20_000; round += 1) {
      const length = 1 + Math.floor(random() * 14)
      const parts = Array.from({ length }, () => pieces[Math.floor(random() * pieces.length)])
      const mail = Buffer.from(parts.join(''), 'latin1')
      const result = await cleaned(mail, 1 + Math.floor(random() * 9))
      const seen = headerFieldsOf(headerBlockOf(result), 'x-otobo-').filter(({ name }) => name.startsWith('x-otobo-'))
      expect(seen, JSON.stringify(mail.toString('latin1'))).toEqual([])
      expect((await cleaned(result)).equals(result), JSON.stringify(mail.toString('latin1'))).toBe(true)
    }
  })
})
