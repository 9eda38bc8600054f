import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { postmaster } from '../cli/run-cli.ts'
import { Terminal } from '../cli/terminal.ts'
import { type Dovecot, startDovecot } from '../mail-server/dovecot/dovecot.ts'
import { assembly, assemblyLimitMs } from '../support/assembly.ts'
import { startStack, type TestStack } from '../support/stack.ts'

const password = 'correct horse battery staple'
const letter = (subject: string) => Buffer.from(`From: x@example.org\r\nSubject: ${subject}\r\n\r\nText\r\n`)
const [enter, up, down, interrupt] = ['\r', '\u001b[A', '\u001b[B', '\u0003']

const folder = mkdtempSync(join(tmpdir(), 'postmaster-dialogue-'))
const caFile = join(folder, 'ca.pem')
let server: Dovecot
let stack: TestStack
beforeAll(async () => {
  await assembly()
  server = await startDovecot({ users: [{ name: 'desk', password }] })
  writeFileSync(caFile, server.caPem)
  stack = await startStack({ servers: [server] })
}, assemblyLimitMs)
afterAll(async () => {
  await stack?.[Symbol.asyncDispose]()
  await server?.stop()
  rmSync(folder, { recursive: true, force: true })
})

const addAtTerminal = () => {
  const { apiUrl, dataFolder } = stack.local
  const connection = ['--url', apiUrl, '--token-file', join(dataFolder, 'token')]
  const terminal = new Terminal([process.execPath, postmaster, ...connection, 'accounts', 'add'])
  const answer = async (question: string, typed: string): Promise<string> => {
    const before = await terminal.until(question)
    terminal.type(typed)
    return before
  }
  return { terminal, answer }
}

describe('postmaster accounts add at a terminal, with a real Dovecot', () => {
  it('the accounts add dialogue shows every problem and what would be fetched before it saves the account', async () => {
    await server.deliver('desk', [letter('old')], { internalDate: new Date('2025-01-05T00:00:00Z') })
    await server.deliver('desk', [letter('new')], { internalDate: new Date('2025-07-01T00:00:00Z') })
    const { terminal, answer } = addAtTerminal()
    await using _ = terminal

    await answer('Email address:', `desk@mail.example${enter}`)
    // The last entry is above the first one, because the list goes round.
    await answer('another server', `${up}${enter}`)
    await answer('Protocol and encryption:', enter)
    await answer('Mail server:', `localhost${enter}`)
    await answer('Port: (993)', `${server.port('IMAPS')}${enter}`)
    await answer('User name: (desk@mail.example)', `desk${enter}`)
    await answer('Password (not shown):', `wrong${enter}`)

    expect(await answer('What do you want to do?', enter)).toContain('[certificate-not-trusted]')
    await answer('PEM file of the certificate authority', `${caFile}${enter}`)
    const rejected = await answer('What do you want to do?', enter)
    expect(rejected).toMatch(/!! +login +The server rejected the user name or password\..*\[credentials-rejected\]/s)

    // Only the password has to be typed again, and the folders are those of the server.
    await answer('? Password (not shown):', `${password}${enter}`)
    const passed = await answer('INBOX (2 messages)', enter)
    expect(passed).toContain('2 messages are waiting, the oldest since 2025-01-05T00:00:00.000Z')
    await answer('Which mail should be fetched?', `${down}${down}${enter}`)
    await answer('First day:', `2025-06-01${enter}`)
    await answer('What should happen to mail after it has been fetched and stored?', enter)
    await answer('headers in its mail?', enter)
    await answer('Which queue receives the mail?', `${down}${enter}`)
    await answer('Validity:', enter)
    await answer('Comment for other admins', `From the desk${enter}`)
    const prospect = await answer('Save the account?', '')
    expect(prospect.replace(/\s+/g, ' ')).toContain(
      '2 messages are waiting, the oldest since 2025-01-05. Mail that arrived since 2025-06-01 will be fetched and kept on the server.',
    )
    expect(await stack.api.accounts()).toEqual([])
    terminal.type(enter)
    await terminal.until(`Added desk at localhost:${server.port('IMAPS')} (IMAPS) as `)
    expect(await terminal.ended()).toBe(0)
    for (const secret of ['wrong', password]) expect(terminal.shown).not.toContain(secret)

    const [account, ...others] = await stack.api.accounts()
    expect(others).toEqual([])
    expect(account).toMatchObject({
      ...{ type: 'IMAPS', host: 'localhost', username: 'desk', folder: 'INBOX', afterFetch: { action: 'keep' } },
      startFrom: { since: '2025-06-01T00:00:00.000Z' },
      dispatching: { by: 'queue', queueName: 'Raw' },
      comment: 'From the desk',
    })
    expect(await server.count('desk')).toBe(2)
    // Saving the account has started a run.
    const [saved] = await stack.api.runsOf(account?.accountId ?? '')
    const run = await stack.api.ended(saved?.runId ?? '')
    expect(run.counts).toMatchObject({ found: 2, stored: 1, skipped: 1, deleted: 0 })
  })

  it('the accounts add dialogue saves nothing if it is interrupted', async () => {
    const before = await stack.api.accounts()
    const { terminal, answer } = addAtTerminal()
    await using _ = terminal
    await answer('Email address:', `other@mail.example${enter}`)
    await answer('another server', interrupt)
    await terminal.until('Nothing was saved.')
    expect(await terminal.ended()).toBe(130)
    expect(terminal.shown).not.toMatch(/\bat .*:\d+:\d+/)
    expect(await stack.api.accounts()).toEqual(before)
  })
})
