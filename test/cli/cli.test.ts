import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { smallMessages } from '../mail-server/corpus.ts'
import { refuse } from '../mail-server/faults.ts'
import { type MailServer, startMailServer } from '../mail-server/server.ts'
import { assembly, assemblyLimitMs } from '../support/assembly.ts'
import { accountOn, startStack, type TestStack } from '../support/stack.ts'
import { hasPseudoTerminal, runCli, spawnCli } from './run-cli.ts'

const password = 'a password / with "odd" characters'
const users = ['alice', 'bob', 'carol', 'dave', 'erin']
// biome-ignore lint/suspicious/noControlCharactersInRegex: exactly these must be missing; tabs and line feeds may stay
const unprintable = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/

const folder = mkdtempSync(join(tmpdir(), 'postmaster-cli-'))
let server: MailServer
let stack: TestStack
let connection: string[]
const cli = (...args: string[]) => runCli(...connection, ...args)
const addArgs = (user: string, ...more: string[]) => [
  ...connection,
  ...['accounts', 'add', '--type', 'IMAPS', '--host', 'localhost', '--port', String(server.port('IMAPS'))],
  ...['--username', user, '--ca-file', join(folder, 'ca.pem'), ...more],
]
const idOf = async (user: string): Promise<string> => {
  const found = (await stack.api.accounts()).find(({ username }) => username === user)
  if (found === undefined) throw new Error(`no account of ${user}`)
  return found.accountId
}

beforeAll(async () => {
  await assembly()
  server = await startMailServer({ users: users.map((name) => ({ name, password })) })
  stack = await startStack({ servers: [server] })
  writeFileSync(join(folder, 'ca.pem'), server.caPem)
  connection = ['--url', stack.local.apiUrl, '--token-file', join(stack.local.dataFolder, 'token')]
  await stack.api.createQueue('Support')
}, assemblyLimitMs)

afterAll(async () => {
  await stack?.[Symbol.asyncDispose]()
  await server?.stop()
  rmSync(folder, { recursive: true, force: true })
})

describe('postmaster accounts add', () => {
  it('accounts add reads the password from standard input and prints the next command', async () => {
    const result = await spawnCli(addArgs('alice', '--password-stdin', '--queue', 'support', '--comment', 'first'), {
      input: `${password}\n`,
    })
    expect(result).toMatchObject({ code: 0, err: '' })
    const accountId = await idOf('alice')
    const [run] = await stack.api.runsOf(accountId)
    expect(result.out).toBe(
      `Added alice at localhost:${server.port('IMAPS')} (IMAPS) as ${accountId}.\n` +
        `Run ${run?.runId} fetches it within seconds. See how it goes:\n  postmaster runs show ${run?.runId}\n`,
    )
    expect((await stack.api.account(accountId)).dispatching).toMatchObject({ by: 'queue', queueName: 'Support' })
  })

  it.runIf(hasPseudoTerminal)('accounts add prompts for the password at a terminal and does not show it', async () => {
    const result = await spawnCli(addArgs('bob', '--json'), {
      terminal: true,
      answers: [{ after: 'Password (not shown):', text: `${password}\r` }],
    })
    expect(result.code, result.out).toBe(0)
    expect(result.out).toContain(await idOf('bob'))
    expect(result.out).not.toContain('odd')
    server.user('bob').inbox.appendAll(smallMessages(1, { seed: 31 }))
    const run = await stack.api.ended(await stack.api.fetchNow(await idOf('bob')))
    // The run succeeds only with exactly this password.
    expect(run.state).toBe('done')
  })

  it.runIf(hasPseudoTerminal)(
    'accounts add adds nothing, says so and exits with code 130 if the user presses Ctrl-C at the prompt',
    async () => {
      const result = await spawnCli(addArgs('carol'), {
        terminal: true,
        answers: [{ after: 'Password (not shown):', text: '\u0003' }],
      })
      expect(result.code, result.out).toBe(130)
      expect(result.out).toContain('Nothing was changed.')
      expect((await stack.api.accounts()).map(({ username }) => username)).not.toContain('carol')
    },
  )

  it('accounts add without a terminal suggests --password-stdin and exits with code 2', async () => {
    const result = await spawnCli(addArgs('carol'))
    expect(result).toMatchObject({ code: 2, out: '' })
    expect(result.err).toContain('--password-stdin')
  })

  it('accounts add exits with code 2 for an empty password, an unknown queue, a missing CA file or a wrong option', async () => {
    expect(await spawnCli(addArgs('carol', '--password-stdin'), { input: '\n' })).toMatchObject({
      code: 2,
      err: 'The password is empty.\n',
    })
    expect((await cli('accounts', 'add', '--type', 'SMTP', '--host', 'a', '--username', 'b')).code).toBe(2)
    expect((await cli('accounts', 'add', '--type', 'IMAP', '--username', 'b')).code).toBe(2)
    const noQueue = await runCli(...addArgs('carol', '--queue', 'Nowhere', '--password-stdin'))
    expect(noQueue).toMatchObject({ code: 2, err: expect.stringContaining('There is no queue `Nowhere`') })
    const noFile = await runCli(...addArgs('carol', '--ca-file', '/no/such.pem', '--password-stdin'))
    expect(noFile).toMatchObject({ code: 2, err: expect.stringContaining('/no/such.pem') })
    const noAction = await runCli(...addArgs('carol', '--after-fetch', 'burn', '--password-stdin'))
    expect(noAction).toMatchObject({ code: 2, err: expect.stringContaining('--after-fetch') })
  })

  it('accounts add lists the fields that the API rejects and exits with code 1', async () => {
    const taken = await spawnCli(addArgs('alice', '--password-stdin'), { input: password })
    expect(taken).toMatchObject({ code: 1, out: '', err: expect.stringMatching(/already collects this mailbox/) })
    const wrong = await spawnCli(addArgs('carol', '--password-stdin', '--max-size', '5', '--port', '0'), {
      input: password,
    })
    expect(wrong.code).toBe(1)
    expect(wrong.err).toMatch(/^These values are not accepted:\n/)
    for (const option of ['--port', '--max-size']) expect(wrong.err).toContain(`\n  ${option}: `)
    expect(wrong.err).not.toContain(password)
  })
})

describe('postmaster accounts list', () => {
  it('accounts list shows a table, or JSON with --json', async () => {
    // Saving it has it fetched.
    await stack.settled()
    const table = await cli('accounts', 'list')
    expect(table).toMatchObject({ code: 0, err: '' })
    expect(table.out).toMatch(/^[0-9A-Z]{26}\talice\tlocalhost\tok\t\d{4}-\S+Z\tSupport\tIMAPS\t\tvalid\t\t$/m)
    const json = await cli('accounts', 'list', '--json', '--filter', 'ALICE')
    expect(JSON.parse(json.out)).toEqual([expect.objectContaining({ username: 'alice', comment: 'first' })])
    expect((await cli('accounts', 'list', '--filter', 'nothing like this')).err).toContain('No mail accounts match')
    expect((await cli('accounts', 'list', '--validity', 'perhaps')).code).toBe(2)
  })

  it('accounts list never prints characters that control a terminal', async () => {
    const settings = { ...accountOn(server, 'IMAPS', 'dave\u202egnp.exe'), password, comment: 'two\nlines\u202e\u2066' }
    const { accountId } = await stack.api.createAccount(settings)
    for (const args of [[], ['--json']]) {
      const { code, out } = await cli('accounts', 'list', ...args)
      expect(code).toBe(0)
      expect(out).not.toMatch(unprintable)
      if (args.length > 0)
        expect(JSON.parse(out)).toContainEqual(expect.objectContaining({ comment: settings.comment }))
    }
    await stack.api.good('DELETE', `/accounts/${accountId}`, { ifMatch: '*' })
  })
})

describe('postmaster fetch', () => {
  it('fetch waits, reports progress and prints a table', async () => {
    server.user('alice').inbox.appendAll(smallMessages(7, { seed: 32 }))
    const result = await cli('fetch', await idOf('alice'))
    expect(result).toMatchObject({ code: 0, err: 'Fetched 1 of 1 account, 7 messages\n' })
    expect(result.out).toMatch(/^alice at localhost\tdone\t7\t7\t.*\tSupport 7\n$/)
  })

  it.runIf(hasPseudoTerminal)('fetch shows its progress in a single line at a terminal', async () => {
    const result = await spawnCli([...connection, 'fetch', await idOf('alice')], { terminal: true })
    expect(result.code, result.out).toBe(0)
    expect(result.out).toContain('\r\u001b[KFetching… ')
  })

  it('fetch --all exits with code 1 if an account fails, and prints the reason and the remedy', async () => {
    await stack.api.createAccount({ ...accountOn(server, 'IMAPTLS', 'erin'), password: 'not the right one' })
    const result = await cli('fetch', '--all')
    expect(result.code).toBe(1)
    expect(result.err).toMatch(/1 of 3 runs did not finish successfully/)
    expect(result.out).toMatch(/erin at localhost\tfailed: credentials-rejected/)
    expect(result.err).toContain('The server rejected the user name or password.')
    expect(result.err).toContain('Check the user name and password')
    const json = await cli('fetch', '--all', '--json')
    expect(json.code).toBe(1)
    expect(
      JSON.parse(json.out)
        .map(({ state }: { state: string }) => state)
        .toSorted(),
    ).toEqual(['done', 'done', 'failed'])
  })

  it('fetch never prints characters from a hostile server that control a terminal', async () => {
    server.faults = [
      refuse('LOGIN', { text: 'look\u001b]0;title\u0007\u009b31m \u202ehere', code: 'AUTHENTICATIONFAILED' }),
    ]
    for (const args of [[], ['--json']]) {
      const { out, err } = await cli('fetch', await idOf('erin'), ...args)
      expect(`${out}${err}`).toContain('look')
      expect(`${out}${err}`).not.toMatch(unprintable)
    }
    server.faults = []
  })

  it('fetch --no-wait prints the run ids, and fetch exits with code 2 without exactly one choice of accounts', async () => {
    const { code, out } = await cli('fetch', await idOf('alice'), '--no-wait')
    expect(code).toBe(0)
    expect((await stack.api.ended(out.trim())).state).toBe('done')
    expect((await cli('fetch')).code).toBe(2)
    expect((await cli('fetch', '--all', '--account', 'x')).code).toBe(2)
    expect((await cli('fetch', '--all', '--timeout', 'soon')).code).toBe(2)
    expect((await cli('fetch', '01ARZ3NDEKTSV4RRFFQ69G5FAV')).code).toBe(1)
  })
})

describe('postmaster accounts delete', () => {
  it('accounts delete asks for confirmation, and requires --yes without a terminal', async () => {
    const accountId = await idOf('alice')
    const unasked = await spawnCli([...connection, 'accounts', 'delete', accountId])
    expect(unasked).toMatchObject({ code: 2, err: expect.stringContaining('--yes') })
    const messages = await stack.api.messages(`accountId=${accountId}`)
    expect(messages.length).toBeGreaterThan(0)
    const deleted = await cli('accounts', 'delete', accountId, '--yes')
    expect(deleted).toMatchObject({ code: 0, out: 'Deleted alice at localhost. Its stored messages remain.\n' })
    expect((await stack.api.send('GET', `/accounts/${accountId}`)).status).toBe(404)
    expect((await stack.api.messages(`accountId=${accountId}`)).length).toBe(messages.length)
    expect((await cli('accounts', 'delete', accountId, '--yes')).code).toBe(1)
  })

  it.runIf(hasPseudoTerminal)('accounts delete does nothing if the answer at the terminal is no', async () => {
    const accountId = await idOf('bob')
    const line = [...connection, 'accounts', 'delete', accountId]
    const result = await spawnCli(line, {
      terminal: true,
      answers: [{ after: 'Delete bob at localhost?', text: 'n\r' }],
    })
    expect(result.code, result.out).toBe(0)
    expect(result.out).not.toContain('Deleted')
    expect((await stack.api.send('GET', `/accounts/${accountId}`)).status).toBe(200)
  })
})

describe('postmaster connections', () => {
  it('a command exits with code 3 if the API does not respond, rejects the token or requires another role', async () => {
    const [, , , tokenFile = ''] = connection
    const unreachable = await runCli('--url', 'http://127.0.0.1:9', '--token-file', tokenFile, 'accounts', 'list')
    expect(unreachable).toMatchObject({
      code: 3,
      err: expect.stringContaining('cannot be reached. Start the local run with `npm start`'),
    })
    writeFileSync(join(folder, 'old-token'), 'expired')
    const old = ['--url', stack.local.apiUrl, '--token-file', join(folder, 'old-token')]
    expect(await runCli(...old, 'accounts', 'list')).toMatchObject({ code: 3, err: expect.stringContaining('token') })
    const reader = ['--url', stack.local.apiUrl, '--token-file', join(stack.local.dataFolder, 'reader-token')]
    expect((await runCli(...reader, 'accounts', 'list')).code).toBe(0)
    expect(await runCli(...reader, 'fetch', '--all')).toMatchObject({
      code: 3,
      err: expect.stringContaining('postmaster-admins'),
    })
  })

  it('a command exits with code 2 if the token file is missing or the token would be sent unencrypted', async () => {
    const missing = await spawnCli(['--token-file', join(folder, 'none'), 'accounts', 'list'])
    expect(missing).toMatchObject({ code: 2, err: expect.stringContaining('postmaster login') })
    const clear = await runCli(
      '--url',
      'http://mail.example.com',
      '--token-file',
      connection[3] ?? '',
      'accounts',
      'list',
    )
    expect(clear).toMatchObject({ code: 2, err: expect.stringContaining('https') })
  })

  it('a command finds the API through the environment, and --help needs no connection', async () => {
    const [, url = '', , tokenFile = ''] = connection
    const env = { POSTMASTER_URL: url, POSTMASTER_TOKEN_FILE: tokenFile }
    expect((await spawnCli(['accounts', 'list'], { env })).code).toBe(0)
    const help = await spawnCli(['--help'])
    expect(help).toMatchObject({ code: 0, err: '' })
    expect(help.out).toContain('Exit codes:')
    expect((await spawnCli(['no-such-command'])).code).toBe(2)
  })
})
