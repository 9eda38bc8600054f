import { describe, expect, it } from 'vitest'
import { listAll, retrieveAll } from '../../contracts/mailbox-steps.ts'
import { endAt, type Fault, refuse, replyTo } from '../../mail-server/faults.ts'
import type { Quirks } from '../../mail-server/options.ts'
import { failureOf, hasty, openAt, serverWith, settingsFor, user } from './imap-wire.ts'

const withMessages = async (count: number, quirks: Partial<Quirks> = {}, ...faults: Fault[]) => {
  const server = await serverWith({ quirks, users: [{ ...user, folders: ['Archiv', 'INBOX.Archiv'] }] }, ...faults)
  const { inbox } = server.user('alice')
  inbox.appendAll(Array.from({ length: count }, (_, index) => Buffer.from(`Subject: ${index}\r\n\r\nx\r\n`)))
  const mailbox = await openAt(settingsFor(server))
  return { server, inbox, mailbox, listed: await listAll(mailbox) }
}

const foreign = (detail: string) => [{ uid: '1', detail: expect.stringContaining(detail) }]

describe('IMAP removal', () => {
  it('IMAP removal needs two commands and expunges only the given messages, even if others are flagged', async () => {
    const { server, inbox, mailbox, listed } = await withMessages(5)
    inbox.changeFlags(2, ['\\Deleted'])
    server.transcript.length = 0
    expect((await mailbox.remove([...listed.slice(0, 1), ...listed.slice(3)])).confirmed).toEqual(['1', '4', '5'])
    expect(server.commandNames()).toEqual(['UID STORE', 'UID EXPUNGE'])
    expect(server.transcript[0]?.args).toBe('1,4:5 +FLAGS.SILENT (\\Deleted)')
    expect(inbox.uids).toEqual([2, 3])
  })

  it('IMAP removal without UIDPLUS uses a plain EXPUNGE if no other message is flagged', async () => {
    const { server, inbox, mailbox, listed } = await withMessages(3, { without: ['UIDPLUS'] })
    expect((await mailbox.remove(listed.slice(0, 2))).confirmed).toEqual(['1', '2'])
    expect(inbox.uids).toEqual([3])
    expect(server.commandNames()).toContain('EXPUNGE')
  })

  it('IMAP removal without UIDPLUS only flags messages and reports them as remaining if another client flagged a message', async () => {
    const { server, inbox, mailbox, listed } = await withMessages(3, { without: ['UIDPLUS'] })
    inbox.changeFlags(3, ['\\Deleted'])
    expect(await mailbox.remove(listed.slice(0, 1))).toEqual({ confirmed: [], pending: [], left: foreign('UIDPLUS') })
    expect(server.commandNames()).not.toContain('EXPUNGE')
    expect(inbox.uids).toEqual([1, 2, 3])
    expect(inbox.message(1)?.flags.has('\\Deleted')).toBe(true)
    // Messages that this session flagged itself do not prevent a later removal.
    inbox.changeFlags(3, [], ['\\Deleted'])
    expect((await mailbox.remove(listed.slice(1, 2))).confirmed).toEqual(['2'])
    expect(inbox.uids).toEqual([3])
  })

  it('IMAP removal without UIDPLUS sends no EXPUNGE if the search is refused', async () => {
    const { server, inbox, mailbox, listed } = await withMessages(2, { without: ['UIDPLUS'] }, refuse('UID SEARCH'))
    expect((await mailbox.remove(listed)).left).toHaveLength(2)
    expect(server.commandNames()).not.toContain('EXPUNGE')
    expect(inbox.uids).toEqual([1, 2])
  })

  it.each(['UID STORE', 'UID EXPUNGE'])(
    'IMAP removal searches again and reports the remaining messages if %s is refused',
    async (name) => {
      const { server, inbox, mailbox, listed } = await withMessages(3)
      server.faults = [refuse(name, { text: 'not today' })]
      inbox.remove(2)
      expect(await mailbox.remove(listed)).toEqual({
        confirmed: ['2'],
        pending: [],
        left: ['1', '3'].map((uid) => ({ uid, detail: 'The server refused to delete the message: not today' })),
      })
      server.faults = []
      expect((await mailbox.remove(listed)).confirmed).toEqual(['1', '2', '3'])
    },
  )

  it('IMAP removal confirms nothing if the server refuses everything', async () => {
    const { server, mailbox, listed } = await withMessages(2)
    server.faults = [refuse('UID EXPUNGE'), refuse('UID SEARCH')]
    expect((await mailbox.remove(listed)).left.map(({ uid }) => uid)).toEqual(['1', '2'])
  })

  it.each([
    ['UID STORE', 'drop'],
    ['UID EXPUNGE', 'reset'],
    ['UID EXPUNGE', 'hang'],
  ] as const)('IMAP removal fails and confirms nothing if the connection ends at %s (%s)', async (name, ending) => {
    const { server, listed } = await withMessages(2)
    const mailbox = await openAt(settingsFor(server), ending === 'hang' ? hasty : {})
    server.faults = [endAt(name, ending)]
    expect((await failureOf(mailbox.remove(listed))).code).toBe(ending === 'hang' ? 'server-silent' : 'connection-lost')
    expect(await mailbox.close()).toEqual({ confirmed: [], pending: [], left: [] })
  })

  it('IMAP removal from a read-only folder fails with folder-read-only, but the folder can be read', async () => {
    const { server, inbox } = await withMessages(2)
    inbox.readOnly = true
    const mailbox = await openAt(settingsFor(server))
    const listed = await listAll(mailbox)
    expect(await retrieveAll(mailbox, listed)).toHaveLength(2)
    expect((await failureOf(mailbox.remove(listed))).code).toBe('folder-read-only')
    expect((await failureOf(mailbox.move(listed, 'Archiv'))).code).toBe('folder-read-only')
    expect(inbox.uids).toEqual([1, 2])
  })

  it('IMAP removal fails with folder-read-only if \\Deleted is not a permanent flag', async () => {
    const { server, inbox } = await withMessages(1)
    inbox.permanentFlags = ['\\Seen', '\\Answered']
    const mailbox = await openAt(settingsFor(server))
    expect((await failureOf(mailbox.remove(await listAll(mailbox)))).code).toBe('folder-read-only')
  })

  it('closing an IMAP mailbox does not wait for a server that never answers LOGOUT', async () => {
    const server = await serverWith({}, endAt('LOGOUT', 'hang'))
    const mailbox = await openAt(settingsFor(server), hasty)
    const started = performance.now()
    expect(await mailbox.close()).toEqual({ confirmed: [], pending: [], left: [] })
    expect(performance.now() - started).toBeLessThan(15_000)
  })
})

/** Each server accepts every command and executes none. */
const liars: ReadonlyArray<[title: string, without: string[], lies: Array<[command: string, answer: string]>]> = [
  [
    'UID STORE and UID EXPUNGE',
    [],
    [
      ['UID STORE', '{tag} OK'],
      ['UID EXPUNGE', '{tag} OK'],
    ],
  ],
  ['UID EXPUNGE', [], [['UID EXPUNGE', '{tag} OK']]],
  ['UID STORE', [], [['UID STORE', '{tag} OK']]],
  ['EXPUNGE', ['UIDPLUS'], [['EXPUNGE', '{tag} OK']]],
  [
    'UID EXPUNGE with an untagged OK',
    [],
    [['UID EXPUNGE', '* OK [EXPUNGEISSUED] one moment\r\n{tag} OK Expunge completed']],
  ],
]

describe('an IMAP server that accepts the command but keeps the message', () => {
  it.each(liars)(
    'IMAP removal does not confirm messages that the server keeps despite OK: %s',
    async (_title, without, lies) => {
      const { server, inbox, mailbox, listed } = await withMessages(3, { without })
      server.faults = lies.map(([command, answer]) => replyTo(command, answer))
      const left = (uid: string) => ({
        uid,
        agreed: true,
        detail: expect.stringContaining('the message is still there'),
      })
      expect(await mailbox.remove(listed.slice(1))).toEqual({ confirmed: [], pending: [], left: ['2', '3'].map(left) })
      expect(inbox.uids).toEqual([1, 2, 3])
    },
  )

  it.each([
    ['UID MOVE', []],
    ['UID EXPUNGE', ['MOVE']],
  ])('IMAP move does not confirm messages that the server keeps despite OK: %s', async (command, without) => {
    const { server, mailbox, listed } = await withMessages(2, { without })
    server.faults = [replyTo(command, '{tag} OK')]
    const report = await mailbox.move(listed, 'Archiv')
    expect(report).toMatchObject({
      confirmed: [],
      left: [
        { uid: '1', agreed: true },
        { uid: '2', agreed: true },
      ],
    })
  })

  it('IMAP removal confirms the messages that are gone even if the server keeps others', async () => {
    const { server, inbox, mailbox, listed } = await withMessages(3)
    server.faults = [replyTo('UID EXPUNGE', '{tag} OK')]
    inbox.remove(2)
    const report = await mailbox.remove(listed)
    expect(report).toMatchObject({ confirmed: ['2'], left: [{ uid: '1' }, { uid: '3' }] })
  })

  it('IMAP removal confirms nothing if the server keeps messages and refuses the search', async () => {
    const { server, mailbox, listed } = await withMessages(1)
    server.faults = [replyTo('UID EXPUNGE', '{tag} OK'), refuse('UID SEARCH')]
    expect(await mailbox.remove(listed)).toMatchObject({ confirmed: [], left: [{ uid: '1', agreed: true }] })
  })
})

describe('the response of an IMAP server that refuses a command', () => {
  it.each([
    ['UID STORE', []],
    ['UID EXPUNGE', []],
    ['EXPUNGE', ['UIDPLUS']],
    ['UID STORE', ['UIDPLUS']],
  ])('IMAP removal reports the server’s response to a refused %s', async (command, without) => {
    const { server, mailbox, listed } = await withMessages(1, { without })
    server.faults = [refuse(command, { code: 'OVERQUOTA', text: 'Quota exceeded (mailbox for user is full)' })]
    const detail = 'The server refused to delete the message: [OVERQUOTA] Quota exceeded (mailbox for user is full)'
    expect((await mailbox.remove(listed)).left).toEqual([{ uid: '1', detail }])
  })

  it.each([
    ['UID MOVE', []],
    ['UID COPY', ['MOVE']],
  ])('IMAP move reports the server’s response to a refused %s', async (command, without) => {
    const { server, mailbox, listed } = await withMessages(1, { without })
    server.faults = [refuse(command, { code: 'OVERQUOTA', text: 'full' })]
    const detail = 'The server refused to move the message: [OVERQUOTA] full'
    expect((await mailbox.move(listed, 'Archiv')).left).toEqual([{ uid: '1', detail }])
  })

  it('IMAP removal reports the latest refusal, shortened and without the password', async () => {
    const { server, mailbox, listed } = await withMessages(1)
    server.faults = [refuse('UID STORE', { text: 'earlier' })]
    await mailbox.remove(listed)
    server.faults = [refuse('UID EXPUNGE', { kind: 'BAD', text: `no, ${user.password}! ${'x'.repeat(500)}` })]
    const detail = (await mailbox.remove(listed)).left[0]?.detail ?? ''
    expect(detail).toContain('no, ')
    expect(detail).not.toContain(user.password)
    expect(detail.length).toBeLessThan(300)
  })

  it('IMAP removal reports a refusal that contains no text', async () => {
    const { server, mailbox, listed } = await withMessages(1)
    server.faults = [replyTo('UID EXPUNGE', '{tag} NO')]
    expect((await mailbox.remove(listed)).left).toEqual([
      { uid: '1', detail: 'The server refused to delete the message.' },
    ])
  })
})

describe('IMAP move', () => {
  it('IMAP move asks once for the namespace, and uses only UID MOVE if the server offers it', async () => {
    const { server, inbox, mailbox, listed } = await withMessages(3)
    server.transcript.length = 0
    expect((await mailbox.move(listed.slice(2), 'Archiv')).confirmed).toEqual(['3'])
    expect((await mailbox.move(listed.slice(1, 2), 'Archiv')).confirmed).toEqual(['2'])
    expect(server.commandNames()).toEqual(['NAMESPACE', 'UID MOVE', 'UID MOVE'])
    expect(inbox.uids).toEqual([1])
  })

  it('IMAP move finds a folder below a namespace prefix, as used by Courier, or creates it there', async () => {
    const { server, mailbox, listed } = await withMessages(3, { namespacePrefix: 'INBOX.', delimiter: '.' })
    expect((await mailbox.move(listed.slice(0, 1), 'Archiv')).confirmed).toEqual(['1'])
    expect((await mailbox.move(listed.slice(1), 'Neu')).confirmed).toEqual(['2', '3'])
    expect(server.user('alice').folder('INBOX.Archiv').messages).toHaveLength(1)
    expect(server.user('alice').folder('INBOX.Neu').messages).toHaveLength(2)
  })

  it('IMAP move without MOVE copies and deletes, and never expunges messages that other clients flagged', async () => {
    const { server, inbox, mailbox, listed } = await withMessages(3, { without: ['MOVE', 'UIDPLUS'] })
    inbox.changeFlags(3, ['\\Deleted'])
    expect((await mailbox.move(listed.slice(0, 1), 'Archiv')).left).toMatchObject(foreign('UIDPLUS'))
    inbox.changeFlags(3, [], ['\\Deleted'])
    expect((await mailbox.move(listed.slice(1, 2), 'Neu & frisch')).confirmed).toEqual(['2'])
    expect(inbox.uids).toEqual([3])
    expect(server.user('alice').folder('Archiv').messages).toHaveLength(1)
    expect(server.user('alice').folder('Neu & frisch').messages).toHaveLength(1)
  })

  it.each(['UID MOVE', 'CREATE'])('IMAP move reports all messages as remaining if %s is refused', async (name) => {
    const { server, inbox, mailbox, listed } = await withMessages(2)
    server.faults = [refuse(name, { text: 'no room' })]
    expect((await mailbox.move(listed, 'Nirgendwo')).left.map(({ uid }) => uid)).toEqual(['1', '2'])
    expect(inbox.uids).toEqual([1, 2])
  })

  it('IMAP move deletes nothing if the copy is refused', async () => {
    const { server, inbox, mailbox, listed } = await withMessages(2, { without: ['MOVE'] })
    server.faults = [refuse('UID COPY', { code: 'OVERQUOTA', text: 'full' })]
    expect((await mailbox.move(listed, 'Archiv')).left).toHaveLength(2)
    expect(inbox.uids).toEqual([1, 2])
    expect(server.commandNames()).not.toContain('UID STORE')
  })

  it('IMAP move refuses to move a folder into itself, however its name is spelled', async () => {
    const { inbox, mailbox, listed } = await withMessages(2)
    expect((await mailbox.move(listed, 'inbox')).left).toHaveLength(2)
    expect(inbox.uids).toEqual([1, 2])
    const server = await serverWith({
      users: [{ ...user, folders: ['INBOX.Archiv'] }],
      quirks: { namespacePrefix: 'INBOX.', delimiter: '.' },
    })
    server.user('alice').folder('INBOX.Archiv').append('Subject: x\r\n\r\n')
    const below = await openAt(settingsFor(server, 'IMAP', { folder: 'Archiv' }))
    expect((await below.move(await listAll(below), 'INBOX.Archiv')).left).toHaveLength(1)
  })
})
