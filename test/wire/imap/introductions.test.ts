import { ImapFlow } from 'imapflow'
import { describe, expect, it, onTestFinished } from 'vitest'
import { letter } from '../../contracts/letter.ts'
import { bytesOf, listAll, retrieveAll } from '../../contracts/mailbox-steps.ts'
import { type Fault, refuse, replyTo } from '../../mail-server/faults.ts'
import { openAt, serverWith, settingsFor, user } from './imap-wire.ts'

const named = replyTo('ID', '* ID ("name" "Dovecot")\r\n{tag} OK done')

/** Refuses SELECT until the client has sent ID, as NetEase's servers do. */
const idRequired = (): Fault => {
  let known = false
  return {
    onCommand: (_, { name, args }) => {
      known ||= name === 'ID' && args.includes('"name" "Postmaster"')
      return name === 'SELECT' && !known ? { reply: '{tag} NO SELECT Unsafe Login.' } : undefined
    },
  }
}

describe('how an IMAP session introduces itself', () => {
  it.each<[string, readonly Fault[], readonly string[]]>([
    ['its name only, as Dovecot does', [named], ['ID', 'LOGIN', 'SELECT']],
    ['its name and version', [], ['ID', 'LOGIN', 'SELECT']],
    ['nothing', [replyTo('ID', '* ID NIL\r\n{tag} OK done')], ['ID', 'LOGIN', 'ID', 'SELECT']],
    ['a refusal before the login', [replyTo('ID', '{tag} BAD not now', 1)], ['ID', 'LOGIN', 'ID', 'SELECT']],
    ['a refusal each time', [refuse('ID')], ['ID', 'LOGIN', 'ID', 'SELECT']],
    ['its name only, but requires ID', [idRequired(), named], ['ID', 'LOGIN', 'SELECT']],
    ['its name and version, but requires ID', [idRequired()], ['ID', 'LOGIN', 'SELECT']],
  ])(
    'an IMAP mailbox repeats ID only if the first was in vain: the server answers with %s',
    async (_, faults, names) => {
      const server = await serverWith({}, ...faults)
      const mailbox = await openAt(settingsFor(server, 'IMAP'))
      await mailbox.close()
      expect(server.commandNames()).toEqual([...names, 'LOGOUT'])
    },
  )

  it('an IMAP mailbox sends no ID to a server that does not offer it', async () => {
    const server = await serverWith({ quirks: { without: ['ID'] } })
    await openAt(settingsFor(server))
    expect(server.commandNames()).toEqual(['LOGIN', 'SELECT'])
  })

  it('an IMAP mailbox asks for the namespace of a folder other than INBOX', async () => {
    const server = await serverWith({ users: [{ ...user, folders: ['Archiv'] }] })
    await openAt(settingsFor(server, 'IMAP', { folder: 'Archiv' }))
    expect(server.commandNames().slice(0, 3)).toEqual(['ID', 'LOGIN', 'NAMESPACE'])
  })

  it('an IMAP mailbox opens INBOX in any letter case below a namespace prefix', async () => {
    const server = await serverWith({ quirks: { namespacePrefix: 'INBOX.', delimiter: '.' } })
    server.user('alice').inbox.append(letter('one'))
    expect((await openAt(settingsFor(server, 'IMAP', { folder: 'inbox' }))).messageCount).toBe(1)
  })
})

/** A version of imapflow that keeps its commands in something other than a map. */
const otherVersion = () => {
  let kept: Map<string, unknown>
  Object.defineProperty(ImapFlow.prototype, 'commands', {
    configurable: true,
    get: () => ({ has: (name: string) => kept.has(name), get: (name: string) => kept.get(name) }),
    set: (commands: Map<string, unknown>) => {
      kept = commands
    },
  })
  onTestFinished(() => void Reflect.deleteProperty(ImapFlow.prototype, 'commands'))
}

describe('another version of imapflow', () => {
  it('an IMAP mailbox works with a version of imapflow in which it can replace no commands', async () => {
    otherVersion()
    const server = await serverWith({ users: [{ ...user, folders: ['Archiv'] }] }, named)
    const bodies = [letter('one'), letter('big', Buffer.alloc(13_000_000, 'A long line.\r\n')), letter('three')]
    server.user('alice').inbox.appendAll(bodies)
    const mailbox = await openAt(settingsFor(server))
    expect(server.commandNames()).toEqual(['ID', 'LOGIN', 'ID', 'NAMESPACE', 'SELECT'])
    const listed = await listAll(mailbox)
    const retrieved = await retrieveAll(mailbox, listed)
    expect(retrieved.toSorted((a, b) => Number(a.uid) - Number(b.uid)).map(bytesOf)).toEqual(bodies)
    expect((await mailbox.remove(listed.slice(0, 1))).confirmed).toEqual(['1'])
    expect((await mailbox.move(listed.slice(1), 'Archiv')).confirmed).toEqual(['2', '3'])
  })
})
