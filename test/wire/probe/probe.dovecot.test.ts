import { expect, it, onTestFinished } from 'vitest'
import { accountTypes } from '../../../lib/mailbox/account-type.ts'
import { smallMessages } from '../../mail-server/corpus.ts'
import { startDovecot } from '../../mail-server/dovecot/dovecot.ts'
import { RawImap } from '../../mail-server/raw-imap.ts'
import { failedStep, probe, settingsFor, user } from './probe-steps.ts'

const dovecot = async () => {
  const server = await startDovecot({ users: [{ ...user, folders: ['Support', 'Entwürfe'] }] })
  onTestFinished(() => server.stop())
  await server.deliver(user.name, [...smallMessages(3)])
  await server.deliver(user.name, [...smallMessages(2)], { folder: 'Support' })
  return server
}

/** @returns flags, UIDs and \Recent. EXAMINE does not change them, but SELECT would. */
const stateOf = async (port: number, folder: string): Promise<string> => {
  using client = await RawImap.open({ host: '127.0.0.1', port }, user.name, user.password)
  const answers = [...(await client.command(`EXAMINE ${folder}`)), ...(await client.command('FETCH 1:* (UID FLAGS)'))]
  return answers.map(({ text }) => text).join('\n')
}

it.each(['IMAP', 'IMAPS', 'IMAPTLS'] as const)(
  'a connection test over %s leaves a Dovecot mailbox unchanged',
  async (type) => {
    const server = await dovecot()
    const before = await stateOf(server.ports.imap, 'INBOX')
    expect(before).toContain('\\Recent')
    const result = await probe(settingsFor(server, type))
    expect(result.passed, JSON.stringify(result.steps)).toBe(true)
    expect(result.waiting).toMatchObject({ count: 3, examined: 3, oldestAt: expect.stringMatching(/Z$/) })
    expect(result.folders?.map(({ name, messages }) => [name, messages]).sort()).toEqual([
      ['Entwürfe', 0],
      ['INBOX', 3],
      ['Support', 2],
    ])
    expect(await stateOf(server.ports.imap, 'INBOX')).toBe(before)
  },
)

it.each(['POP3', 'POP3S', 'POP3TLS'] as const)(
  'a connection test over %s reads no messages in a Dovecot mailbox',
  async (type) => {
    const server = await dovecot()
    const result = await probe(settingsFor(server, type))
    expect(result.passed, JSON.stringify(result.steps)).toBe(true)
    expect(result.waiting).toMatchObject({ count: 3, flaggedDeleted: 0 })
    const after = await stateOf(server.ports.imap, 'INBOX')
    expect(after).toContain('* 3 EXISTS')
    expect(after).not.toMatch(/FETCH .*Seen/)
  },
)

it.each(accountTypes)('a connection test over %s explains that Dovecot refused the password', async (type) => {
  const server = await dovecot()
  const wrong = { credential: { method: 'password', username: user.name, password: 'not-this-one' } } as const
  expect(failedStep(await probe(settingsFor(server, type, wrong)))).toMatchObject({
    step: 'login',
    code: 'credentials-rejected',
  })
})
