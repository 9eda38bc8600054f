import { ImapFlow } from 'imapflow'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { AccountType } from '../../../lib/mailbox/account-type.ts'
import { awkwardMessages } from '../awkward-messages.ts'
import { type CertificateAuthority, createCertificates } from '../certificates.ts'
import { cutInto, flagUpdates, missingRow, nilBody, rowWithoutBody, unaskedRow, wrongSize } from '../faults.ts'
import type { MailFolder } from '../mailboxes.ts'
import { RawSocket } from '../raw-socket.ts'
import { type MailServer, startMailServer } from '../server.ts'

const specialFolders = ['Entwürfe', 'He said "hi"', 'back\\slash', 'R&D', '😀 inbox', 'Archive/2026', 'with space']
let authority: CertificateAuthority | undefined
let server: MailServer
let inbox: MailFolder
const clients: ImapFlow[] = []

beforeEach(async () => {
  authority ??= await createCertificates()
  const alice = { name: 'alice', password: 'se"cr\\et ü', folders: specialFolders }
  server = await startMailServer({ users: [alice], authority })
  inbox = server.user('alice').inbox
})
afterEach(async () => {
  for (const client of clients.splice(0)) client.close()
  await server.stop()
})

async function connected(type: AccountType = 'IMAP', to = server): Promise<ImapFlow> {
  const client = new ImapFlow({
    host: 'localhost',
    port: to.port(type),
    secure: type === 'IMAPS',
    ...(type === 'IMAPS' ? {} : { doSTARTTLS: type === 'IMAPTLS' }),
    tls: { ca: to.caPem },
    auth: { user: 'alice', pass: 'se"cr\\et ü' },
    logger: false,
    disableAutoIdle: true,
  })
  client.on('error', () => undefined)
  clients.push(client)
  await client.connect()
  return client
}

const bodies = async (client: ImapFlow, range = '1:*'): Promise<(Buffer | undefined)[]> => {
  const found: (Buffer | undefined)[] = []
  for await (const { source } of client.fetch(range, { uid: true, source: true }, { uid: true })) found.push(source)
  return found
}

/** A raw session that has logged in. */
async function opened(): Promise<RawSocket> {
  const raw = await RawSocket.open('IMAP', { host: '127.0.0.1', port: server.port('IMAP'), caPem: '' })
  const password = Buffer.from('se"cr\\et ü')
  await raw.until('\r\n')
  await raw.say(`a LOGIN alice {${password.length}}`, '+ go ahead\r\n')
  await raw.say(password.toString('latin1'), '\r\n')
  return raw
}

describe('imapflow against the in-repository server', () => {
  test.each(['IMAP', 'IMAPS', 'IMAPTLS'] as const)(
    'the in-repository IMAP server lets imapflow fetch and delete over %s',
    async (type) => {
      inbox.appendAll(['one\r\n', 'two\r\n', 'three\r\n'].map((text) => Buffer.from(`\r\n${text}`)))
      const client = await connected(type)
      await client.mailboxOpen('INBOX')
      expect((await bodies(client)).map(String)).toEqual(['\r\none\r\n', '\r\ntwo\r\n', '\r\nthree\r\n'])
      expect(await client.messageDelete([1, 3], { uid: true })).toBe(true)
      expect(inbox.uids).toEqual([2])
      await client.logout()
    },
  )

  test('the in-repository IMAP server lets imapflow find folders whose names need encoding', async () => {
    const client = await connected()
    expect((await client.list()).map(({ path }) => path).sort()).toEqual(['INBOX', ...specialFolders].sort())
    for (const name of specialFolders) {
      server.user('alice').folder(name).append(`Subject: x\r\n\r\n${name}`)
      await client.mailboxOpen(name)
      expect((await bodies(client)).map(String)).toEqual([`Subject: x\r\n\r\n${name}`])
    }
    await expect(client.mailboxOpen('missing')).rejects.toMatchObject({ mailboxMissing: true })
  })

  test('the in-repository IMAP server lets imapflow create a folder and move messages, with and without MOVE', async () => {
    for (const without of [[], ['MOVE']]) {
      server.quirks = { ...server.quirks, without }
      const name = `Bücher ohne ${without.length}`
      const { uid } = inbox.append('body')
      const client = await connected()
      await client.mailboxCreate(name)
      await client.mailboxOpen('INBOX')
      expect(await client.messageMove([uid], name, { uid: true })).toMatchObject({ destination: name })
      expect(
        server
          .user('alice')
          .folder(name)
          .messages.map(({ body }) => String(body)),
      ).toEqual(['body'])
      expect(inbox.uids).toEqual([])
      expect(server.commandNames(server.sessionCount)).toContain(without.length > 0 ? 'UID COPY' : 'UID MOVE')
    }
  })

  test('the in-repository IMAP server lets imapflow append with flags and date', async () => {
    const client = await connected()
    const date = new Date('2026-03-04T05:06:07Z')
    await client.append('Entwürfe', Buffer.from([0x61, 0xff, 0x0d, 0x0a]), ['\\Seen'], date)
    const [message] = server.user('alice').folder('Entwürfe').messages
    expect(message?.body).toEqual(Buffer.from([0x61, 0xff, 0x0d, 0x0a]))
    expect([...(message?.flags ?? [])]).toEqual(['\\Seen'])
    expect(message?.internalDate).toEqual(date)
  })

  test.each([1, 2, 3, 5, 64, 1448])(
    'the in-repository IMAP server sends awkward messages byte for byte in pieces of %i bytes',
    async (size) => {
      server.faults = [cutInto(size)]
      const samples = awkwardMessages().filter(({ bytes }) => bytes.length < 20_000)
      inbox.appendAll(samples.map(({ bytes }) => bytes))
      const client = await connected()
      await client.mailboxOpen('INBOX')
      expect(await bodies(client)).toEqual(samples.map(({ bytes }) => bytes))
    },
    60_000,
  )

  test('the in-repository IMAP server lets imapflow download in parts', async () => {
    const body = Buffer.alloc(300_000, 'abcdefghij\r\n')
    inbox.append(body)
    const client = await connected()
    await client.mailboxOpen('INBOX')
    const { content } = await client.download('1', undefined, { uid: true, chunkSize: 70_001 })
    expect(Buffer.concat((await content?.toArray()) ?? []).equals(body)).toBe(true)
  })

  test('the in-repository IMAP server searches by flags, UIDs, size and date', async () => {
    const internalDate = new Date('2026-01-02T00:00:00Z')
    inbox.append('a', { flags: ['\\Deleted'], internalDate })
    inbox.append('bb', { flags: ['\\Seen'] })
    inbox.append('ccc')
    const client = await connected()
    await client.mailboxOpen('INBOX')
    const search = (query: Parameters<ImapFlow['search']>[0]) => client.search(query, { uid: true })
    expect(await search({ deleted: true })).toEqual([1])
    expect(await search({ deleted: false })).toEqual([2, 3])
    expect(await search({ uid: '2:*', seen: false })).toEqual([3])
    expect(await search({ larger: 1 })).toEqual([2, 3])
    expect(await search({ before: '2026-02-01' })).toEqual([1])
    expect(await search({ or: [{ deleted: true }, { seen: true }] })).toEqual([1, 2])
  })

  test('the in-repository IMAP server announces changes by another session', async () => {
    inbox.appendAll([Buffer.from('1'), Buffer.from('2'), Buffer.from('3')])
    const client = await connected()
    await client.mailboxOpen('INBOX')
    const told: unknown[] = []
    client.on('expunge', ({ seq, uid }) => told.push(['expunge', seq ?? uid]))
    client.on('exists', ({ count }) => told.push(['exists', count]))
    client.on('flags', ({ flags }) => told.push(['flags', [...(flags ?? [])]]))
    inbox.remove(2)
    inbox.append('4')
    inbox.changeFlags(3, ['\\Flagged'])
    await client.noop()
    expect(told).toEqual([
      ['expunge', 2],
      ['exists', 3],
      ['flags', ['\\Flagged']],
    ])
  })

  test('the in-repository IMAP server refuses changes that the folder does not allow', async () => {
    inbox.append('1')
    inbox.permanentFlags = ['\\Seen']
    const client = await connected()
    await client.mailboxOpen('INBOX')
    expect(await client.messageDelete([1], { uid: true })).toBe(false)
    inbox.permanentFlags = ['\\Seen', '\\Deleted']
    inbox.readOnly = true
    await client.mailboxOpen('INBOX')
    expect(client.mailbox).toMatchObject({ readOnly: true })
    expect(inbox.uids).toEqual([1])
  })

  test('the in-repository IMAP server without UIDPLUS expunges everything that is flagged', async () => {
    server.quirks = { ...server.quirks, without: ['UIDPLUS', 'ENABLE', 'NAMESPACE', 'ID', 'SASL-IR'] }
    inbox.appendAll([Buffer.from('1'), Buffer.from('2'), Buffer.from('3')])
    inbox.changeFlags(3, ['\\Deleted'])
    const client = await connected()
    await client.mailboxOpen('INBOX')
    expect(client.capabilities.has('UIDPLUS')).toBe(false)
    await client.messageDelete([1], { uid: true })
    expect(inbox.expunged).toEqual([1, 3])
  })

  test('the in-repository IMAP server changes UIDVALIDITY and omits UIDNEXT', async () => {
    inbox.append('1', { uid: 40 })
    const client = await connected()
    const before = await client.mailboxOpen('INBOX')
    expect(before.uidNext).toBe(41)
    inbox.changeUidValidity()
    server.quirks = { ...server.quirks, selectCodes: { UIDNEXT: '' } }
    await client.mailboxClose()
    const after = await client.mailboxOpen('INBOX')
    expect(after.uidValidity).toBe(before.uidValidity + 1n)
    expect(after.uidNext).not.toBe(2)
    expect(inbox.uids).toEqual([1])
  })

  test('the in-repository IMAP server misrepresents messages as configured', async () => {
    inbox.appendAll(['1', '2', '3', '4', '5'].map((text) => Buffer.from(text)))
    server.faults = [
      missingRow(1),
      rowWithoutBody(2),
      nilBody(3),
      unaskedRow(99, Buffer.from('foreign'), 4),
      wrongSize(7, 5),
    ]
    const client = await connected()
    await client.mailboxOpen('INBOX')
    const rows: unknown[] = []
    for await (const row of client.fetch('1:*', { uid: true, size: true, source: true }, { uid: true })) {
      rows.push([row.uid, row.size, Buffer.isBuffer(row.source) ? row.source.toString() : row.source])
    }
    expect(rows).toEqual([
      [2, 1, undefined],
      // imapflow's value for NIL, which its types do not include.
      [3, 1, false],
      [99, undefined, 'foreign'],
      [4, 1, '4'],
      [5, 7, '5'],
    ])
  })

  test('the in-repository IMAP server sends flag updates between the rows', async () => {
    inbox.append('1')
    server.faults = [flagUpdates()]
    const client = await connected()
    await client.mailboxOpen('INBOX')
    expect(await bodies(client)).toEqual([undefined, undefined, Buffer.from('1')])
  })

  test('the in-repository IMAP server supports PREAUTH and LOGINDISABLED', async () => {
    server.quirks = { ...server.quirks, loginDisabled: true }
    await expect(connected()).rejects.toThrow()
    await (await connected('IMAPTLS')).logout()
    server.quirks = { ...server.quirks, loginDisabled: false, preauthAs: 'alice' }
    const client = await connected()
    expect((await client.mailboxOpen('INBOX')).exists).toBe(0)
    expect(server.commandNames(server.sessionCount)).not.toContain('AUTHENTICATE')
  })
})

describe('the in-repository IMAP server with a raw client', () => {
  test('the in-repository IMAP server accepts literals and answers invalid commands with BAD', async () => {
    using raw = await opened()
    expect(await raw.say('b NONSENSE', '\r\n')).toBe('b BAD unknown command NONSENSE\r\n')
    expect(await raw.say('c SELECT "unbalanced', '\r\n')).toBe('c BAD unbalanced quote\r\n')
    expect(await raw.say('d SELECT', '\r\n')).toBe('d BAD missing argument\r\n')
    expect(await raw.say('e FETCH 1 FLAGS', '\r\n')).toMatch(/^e NO .*select a folder/)
    await raw.say('f SELECT {5+}\r\nINBOX', 'f OK [READ-WRITE] selected\r\n')
    expect(await raw.say('g FETCH 1:x FLAGS', '\r\n')).toBe('g BAD bad sequence set\r\n')
    expect(await raw.say('h UID FETCH 1 ENVELOPE', '\r\n')).toBe('h BAD this server does not support ENVELOPE\r\n')
  })

  test('the in-repository IMAP server sends parts of messages and marks read messages', async () => {
    inbox.append('Subject: hello\r\nTo: a@b\r\n\r\nthe text\r\n')
    using raw = await opened()
    await raw.say('b SELECT INBOX', 'b OK')
    const fetch = async (what: string) =>
      /\{\d+\}\r\n(.*)\)\r\nc/s.exec(await raw.say(`c FETCH 1 ${what}`, 'c OK fetched\r\n'))?.[1]
    expect(await fetch('(BODY.PEEK[HEADER.FIELDS (to x-none)])')).toBe('To: a@b\r\n\r\n')
    expect(await fetch('BODY.PEEK[HEADER]')).toBe('Subject: hello\r\nTo: a@b\r\n\r\n')
    expect(await fetch('BODY.PEEK[TEXT]<4.3>')).toBe('tex')
    expect(inbox.message(1)?.flags.has('\\Seen')).toBe(false)
    expect(await fetch('RFC822.TEXT')).toBe('the text\r\n')
    expect(inbox.message(1)?.flags.has('\\Seen')).toBe(true)
  })
})
