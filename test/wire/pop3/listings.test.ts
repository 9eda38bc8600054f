import { describe, expect, test } from 'vitest'
import { listAll, retrieveAll } from '../../contracts/mailbox-steps.ts'
import { type Fault, refuse, replyTo } from '../../mail-server/faults.ts'
import { errorOf, open, serverWith } from './steps.ts'

const letters = ['Subject: one\r\n\r\none\r\n', 'Subject: two\r\n\r\nand two\r\n']

/** LIST and UIDL responses for the two letters, in formats that RFC 1939 does not allow. */
const forms: ReadonlyArray<[title: string, list: readonly string[], uidl: readonly string[]]> = [
  ['multiple spaces', ['1   21', '2   25'], ['1   uid-1', '2   uid-2']],
  ['tabs', ['1\t21', '2\t25'], ['1\tuid-1', '2\tuid-2']],
  ['aligned columns', ['   1      21', '   2      25'], ['   1   uid-1   ', '   2   uid-2   ']],
  ['a trailing space on each line', ['1 21 ', '2 25 '], ['1 uid-1 ', '2 uid-2 ']],
  ['text after the size and the UIDL', ['1 21 octets', '2 25 octets'], ['1 uid-1 21', '2 uid-2 25']],
]

const listing = (name: string, lines: readonly string[]): Fault =>
  replyTo(name, ['+OK listing follows', ...lines, '.', ''].join('\r\n'))

describe('a POP3 listing', () => {
  test.each(forms)('POP3 listing with %s returns the same UIDs in every session', async (_, list, uidl) => {
    await using server = await serverWith({ faults: [listing('LIST', list), listing('UIDL', uidl)] })
    server.user('ada').inbox.appendAll(letters.map((letter) => Buffer.from(letter)))
    for (let session = 0; session < 2; session += 1) {
      const mailbox = await open(server)
      const listed = await listAll(mailbox)
      expect(listed.map(({ uid, size, uidIsStable }) => [uid, size, uidIsStable])).toEqual([
        ['uid-1', 21, true],
        ['uid-2', 25, true],
      ])
      expect(await retrieveAll(mailbox, listed)).toMatchObject([{ kind: 'whole' }, { kind: 'whole' }])
      await mailbox.close()
    }
  })

  test('POP3 listing ignores the UIDLs of a message number that is listed twice', async () => {
    await using server = await serverWith({ faults: [listing('UIDL', ['1 uid-1', '1 uid-2', '2 uid-3'])] })
    server.user('ada').inbox.appendAll(letters.map((letter) => Buffer.from(letter)))
    const mailbox = await open(server)
    expect((await listAll(mailbox)).map(({ uidIsStable }) => uidIsStable)).toEqual([false, true])
    await mailbox.close()
  })
})

const empty = 'no messages in maildrop'

describe('an empty POP3 mailbox', () => {
  test.each([
    ['LIST', [refuse('LIST', { text: empty })]],
    ['UIDL', [refuse('UIDL', { text: empty })]],
    ['LIST and UIDL', [refuse('LIST', { text: 'error' }), refuse('UIDL', { text: 'error' })]],
    [
      'LIST, UIDL and STAT',
      [refuse('LIST', { text: empty }), refuse('UIDL', { text: empty }), refuse('STAT', { text: empty })],
    ],
    [
      'LIST, UIDL and STAT, with another text',
      [refuse('LIST', { text: 'Mailbox is empty' }), refuse('UIDL'), refuse('STAT')],
    ],
  ])('POP3 listing returns an empty mailbox if the server refuses %s', async (_, faults) => {
    await using server = await serverWith({ faults })
    const mailbox = await open(server)
    expect(mailbox.messageCount).toBe(0)
    expect(await listAll(mailbox)).toEqual([])
    expect(await mailbox.close()).toEqual({ confirmed: [], pending: [], left: [] })
  })

  test.each([
    ['LIST is refused and UIDL lists mail', [refuse('LIST', { text: empty })], 'server-misbehaved'],
    ['LIST and UIDL are refused and STAT counts mail', [refuse('LIST'), refuse('UIDL')], 'server-misbehaved'],
    [
      'every command is refused and no text mentions an empty mailbox',
      [refuse('LIST'), refuse('UIDL'), refuse('STAT')],
      'server-misbehaved',
    ],
    [
      'the server reports a temporary failure',
      [refuse('LIST', { code: 'SYS/TEMP', text: empty }), refuse('UIDL', { code: 'SYS/TEMP', text: empty })],
      'server-unavailable',
    ],
  ])('POP3 listing does not assume an empty mailbox if %s', async (_, faults, code) => {
    await using server = await serverWith({ faults })
    server.user('ada').inbox.append(Buffer.from('Subject: x\r\n\r\n'))
    expect((await errorOf(open(server))).code).toBe(code)
  })

  test('POP3 listing does not assume an empty mailbox after a temporary failure of LIST, even if UIDL lists nothing', async () => {
    await using server = await serverWith({ faults: [refuse('LIST', { code: 'SYS/TEMP' })] })
    expect((await errorOf(open(server))).code).toBe('server-unavailable')
  })
})
