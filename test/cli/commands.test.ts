import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type MailServer, startMailServer } from '../mail-server/server.ts'
import { assembly, assemblyLimitMs } from '../support/assembly.ts'
import { startStack, type TestStack } from '../support/stack.ts'
import { runCli, spawnCli } from './run-cli.ts'

const password = 'open sesame'
const letter = Buffer.from(
  'From: Jane Doe <jane@example.org>\r\nTo: support@example.com\r\nSubject: Printer \u001b[31mon fire\r\nMessage-ID: <fire@example.org>\r\n\r\nIt burns.\r\n\u001b]0;owned\u0007\r\n',
)

const folder = mkdtempSync(join(tmpdir(), 'postmaster-cli-'))
let server: MailServer
let stack: TestStack
let connection: string[]
const cli = async (...args: string[]) => {
  const result = await runCli(...connection, ...args)
  return { ...result, text: `${result.out}${result.err}` }
}

beforeAll(async () => {
  await assembly()
  server = await startMailServer({ users: [{ name: 'jane', password, folders: ['Support', 'Support/Done'] }] })
  stack = await startStack({ servers: [server] })
  writeFileSync(join(folder, 'ca.pem'), server.caPem)
  connection = ['--url', stack.local.apiUrl, '--token-file', join(stack.local.dataFolder, 'token')]
}, assemblyLimitMs)

afterAll(async () => {
  await stack?.[Symbol.asyncDispose]()
  await server?.stop()
  rmSync(folder, { recursive: true, force: true })
})

const accountId = async (): Promise<string> => (await stack.api.accounts())[0]?.accountId ?? ''

describe('work with the command line only', () => {
  it('an admin adds a queue, renames it and assigns a system address to it', async () => {
    expect((await cli('queues', 'add', 'Help')).out).toMatch(/^Added queue Help \(/)
    expect((await cli('queues', 'edit', 'help', '--rename', 'Support')).out).toBe('Changed queue Support (valid).\n')
    expect((await cli('addresses', 'add', 'Support@example.com', '--queue', 'Support')).code).toBe(0)
    expect((await cli('addresses', 'list')).out).toMatch(/support@example\.com\tSupport\tvalid/)
    expect((await cli('queues', 'list')).out).toMatch(/Raw\tvalid\tdefault/)
    const inUse = await cli('queues', 'delete', 'Support', '--yes')
    expect(inUse.code).toBe(1)
    expect(inUse.err).toContain('support@example.com')
  })

  it('the remedies lead an admin from a mailbox with three problems to one that passes its test', async () => {
    const added = await spawnCli(
      [
        ...[...connection, 'accounts', 'add', '--type', 'IMAPS', '--host', 'localhost'],
        ...['--port', String(server.port('IMAP')), '--username', 'jane', '--folder', 'Suport', '--password-stdin'],
      ],
      { input: `${password}\n` },
    )
    expect(added.code, added.err).toBe(0)
    const id = await accountId()
    const wrongPort = await cli('accounts', 'test', id)
    expect(wrongPort.code).toBe(1)
    expect(wrongPort.out).toContain('wrong-type-for-port')
    await cli('accounts', 'edit', id, '--port', String(server.port('IMAPS')))
    const privateCa = await cli('accounts', 'test', id)
    expect(privateCa.out).toContain('certificate-not-trusted')
    expect(privateCa.out).toContain('Throw-away test authority')
    await cli('accounts', 'edit', id, '--ca-file', join(folder, 'ca.pem'))
    const misspelt = await cli('accounts', 'test', id)
    expect(misspelt.out).toContain('folder-missing')
    expect(misspelt.out).toContain('Support')
    expect((await cli('accounts', 'folders', id)).out).toMatch(/Support\/Done\t0/)
    await cli('accounts', 'edit', id, '--folder', 'Support')
    // Each change has the account fetched. The letter waits for the fetch of the next test.
    await stack.settled()
    server.user('jane').folder('Support').append(letter)
    const good = await cli('accounts', 'test', id)
    expect(good.code, good.text).toBe(0)
    expect(good.out).toContain('1 message is waiting')
    expect((await cli('accounts', 'folders', id)).out).toMatch(/Support\t1/)
    expect(server.user('jane').folder('Support').messages).toHaveLength(1)
  })

  it('an admin fetches mail and finds out why a message is in its queue', async () => {
    const id = await accountId()
    expect((await cli('fetch', id)).out).toMatch(/done\t1\t1\t0\t0\t0\t1\t[\d.]+\tSupport 1/)
    expect((await cli('accounts', 'show', id)).out).toMatch(/Last run\tdone/)
    const list = await cli('messages', 'list', '--queue', 'support')
    expect(list.out).toMatch(/\tSupport\tJane Doe/)
    const both = ['messages', 'list', '--queue', 'support', '--account', id, '--state']
    expect((await cli(...both, 'announced')).out).toBe(list.out)
    expect((await cli(...both, 'ignored')).text).toBe('No messages match.\n')
    const [, messageId = ''] = /([0-9a-f]{64})/.exec(list.out) ?? []
    const shown = await cli('messages', 'show', messageId)
    expect(shown.out).toContain('It burns.')
    expect(shown.text).not.toContain('\u001b')
    const explained = await cli('messages', 'explain', '<fire@example.org>')
    expect(explained.out).toContain(messageId)
    expect(explained.out).toContain('support@example.com')
    const file = join(folder, 'mail.eml')
    expect((await cli('messages', 'raw', messageId, '-o', file)).code).toBe(0)
    expect(readFileSync(file).equals(letter)).toBe(true)
    expect(statSync(file).mode & 0o777).toBe(0o600)
    const runs = await cli('runs', 'list', '--account', id, '--json')
    const [{ runId }] = JSON.parse(runs.out)
    const run = await cli('runs', 'show', runId)
    expect(run.out).toContain('1 found = 1 stored + 0 known + 0 skipped + 0 left')
    expect(run.text).not.toContain('\u001b')
  })

  it('an admin replaces the default queue', async () => {
    expect((await cli('settings', 'show')).out).toBe('Default queue\tRaw\n')
    expect((await cli('settings', 'default-queue', 'Support')).out).toBe('Default queue\tSupport\n')
    expect((await cli('settings', 'default-queue', 'Nowhere')).code).toBe(2)
  })

  it('a rejected change lists the wrong fields and changes nothing', async () => {
    const id = await accountId()
    const before = await stack.api.account(id)
    const failed = await cli('accounts', 'edit', id, '--port', '99999', '--after-fetch', 'move:Support')
    expect(failed.code).toBe(1)
    expect(failed.err).toContain('--port: ')
    expect(failed.err).toContain('--after-fetch: ')
    expect(await stack.api.account(id)).toEqual(before)
    expect((await cli('accounts', 'edit', id)).code).toBe(2)
  })
})
