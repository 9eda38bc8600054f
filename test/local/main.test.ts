import { type ChildProcess, spawn } from 'node:child_process'
import { chmodSync, copyFileSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { exitCodes } from '../../local/common/errors.ts'
import { freePort } from '../support/free-port.ts'
import { childrenOf, listeningSockets } from '../support/processes.ts'
import { changedAssembly, eventually, fixtureStacks, temporaryFolder } from './support/fixture-assembly.ts'

const start = fileURLToPath(new URL('../../local/start.mjs', import.meta.url))
let folder: string
let data: string
const children: ChildProcess[] = []

interface Run {
  readonly child: ChildProcess
  readonly out: () => string
  readonly err: () => string
  readonly ended: Promise<{ code: number | null; signal: string | null }>
}

function run(...args: string[]): Run {
  const child = spawn(process.execPath, [start, ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, NO_COLOR: '1' },
  })
  children.push(child)
  let [out, err] = ['', '']
  child.stdout.on('data', (chunk) => {
    out += chunk
  })
  child.stderr.on('data', (chunk) => {
    err += chunk
  })
  const ended = new Promise<{ code: number | null; signal: string | null }>((resolve) =>
    child.on('close', (code, signal) => resolve({ code, signal })),
  )
  return { child, out: () => out, err: () => err, ended }
}

const runFixture = (...args: string[]) =>
  run('--app', fixtureStacks, '--data', data, '--port', '0', '--no-schedule', ...args)

async function ready(one: Run): Promise<string> {
  return eventually(() => {
    if (one.child.exitCode !== null) throw new Error(`ended: ${one.err()}`)
    return /Ready in .*?(http:\/\/127\.0\.0\.1:\d+)/.exec(one.out())?.[1]
  })
}

async function expectRefusal(one: Run, kind: keyof typeof exitCodes, detail: RegExp): Promise<void> {
  const { code } = await one.ended
  expect(one.err()).toMatch(detail)
  // The error is a single line that ends with a full stop, without a stack trace.
  expect(one.err().trim().split('\n')).toHaveLength(1)
  expect(one.err()).toMatch(/\.\n$/)
  expect(code).toBe(exitCodes[kind])
}

const post = async (url: string, body: object): Promise<Response> =>
  fetch(`${url}/open`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) })

beforeEach(() => {
  folder = temporaryFolder()
  data = join(folder, 'data')
})
afterEach(async () => {
  for (const child of children.splice(0)) child.kill('SIGKILL')
  rmSync(folder, { recursive: true, force: true, maxRetries: 10 })
})

describe('npm start', () => {
  it('npm start prints its address but no token and no name of a resource, and ends its processes on Ctrl-C', async () => {
    const one = runFixture()
    const url = await ready(one)
    expect((await post(url, {})).status).toBe(200)
    const token = readFileSync(join(data, 'token'), 'utf8').trim()
    const answer = await fetch(`${url}/things/1`, { headers: { authorization: `Bearer ${token}` } })
    expect(await answer.json()).toMatchObject({
      requestContext: { authorizer: { jwt: { claims: { 'cognito:groups': '[admin]' } } } },
    })

    for (const name of ['token', 'reader-token', 'secrets.json', 'kms.json', 'issuer-key.json']) {
      expect([name, statSync(join(data, name)).mode & 0o777]).toEqual([name, 0o600])
    }
    expect(one.out()).toContain('/token)" \\\n')
    expect(one.out()).toContain(` ${url}/things/special\n`)
    expect(one.out()).not.toMatch(/AWS::|KeyAlias/)
    // One screen.
    for (const line of one.out().split('\n')) expect(line.replaceAll(data, '.local').length).toBeLessThanOrEqual(100)
    expect(one.out().split('\n').length).toBeLessThanOrEqual(30)
    expect(one.out()).not.toContain(token)
    expect(one.out()).not.toContain(readFileSync(join(data, 'reader-token'), 'utf8').trim())

    const workers = childrenOf(one.child.pid)
    expect(workers.length).toBeGreaterThan(0)
    // The signals arrive as they do with npm: first the terminal's, and a moment later npm's own.
    one.child.kill('SIGINT')
    await new Promise((resolve) => setTimeout(resolve, 30))
    one.child.kill('SIGINT')
    expect(await one.ended).toEqual({ code: 0, signal: null })
    expect(workers.filter(isAlive)).toEqual([])
    expect(one.err()).toBe('')
  })

  it('npm start binds only to loopback', async () => {
    const one = runFixture()
    await ready(one)
    const listening = listeningSockets(one.child.pid)
    expect(listening.length).toBeGreaterThan(3)
    // 127.0.0.1, in the kernel's byte order.
    expect(listening.map(({ address }) => address).filter((address) => address !== '0100007F')).toEqual([])
  })

  it('npm start keeps its data after kill -9, leaves no process behind, and starts again with the same folder', async () => {
    // The issuer of the tokens has the address of the run.
    const port = String(await freePort('127.0.0.1'))
    const first = runFixture('--port', port)
    await ready(first)
    expect(await (await callServices(first, 'kept')).json()).toMatchObject({ object: [0, 1, 255], secret: 'quiet' })
    const token = readFileSync(join(data, 'token'), 'utf8').trim()
    const workers = childrenOf(first.child.pid)
    first.child.kill('SIGKILL')
    await first.ended
    await eventually(() => workers.filter(isAlive).length === 0)

    const second = runFixture('--port', port)
    const url = await ready(second)
    expect((await callServices(second, 'kept')).status).toBe(500)
    expect(second.out()).toContain('ConditionalCheckFailedException')
    expect(readFileSync(join(data, 'secrets.json'), 'utf8')).toContain('things/kept')
    // The old token was signed with the folder's key pair, which has not changed.
    const answer = await fetch(`${url}/things/1`, { headers: { authorization: `Bearer ${token}` } })
    expect(answer.status).toBe(200)
  })

  it('npm start accepts parameters, and refuses values that the template does not allow', async () => {
    const one = runFixture('--set', 'Greeting=moin', '--set', 'Ports=1,2')
    await ready(one)
    const other = run('--app', fixtureStacks, '--data', join(folder, 'other'), '--port', '0', '--set', 'Greeting=NO')
    await expectRefusal(other, 'usage', /The parameter Greeting cannot be 'NO'.*--set Greeting=VALUE\./)
  })
})

describe('npm start refuses in one line', () => {
  it('npm start refuses a busy port', async () => {
    const server = createServer().listen(0, '127.0.0.1')
    await new Promise((resolve) => server.once('listening', resolve))
    const address = server.address()
    const port = typeof address === 'object' && address !== null ? address.port : 0
    await expectRefusal(
      run('--app', fixtureStacks, '--data', data, '--port', String(port)),
      'port',
      /^Port \d+ is in use, .* Stop it, or use another port: add `-- --port NUMBER`/,
    )
    // The port is checked before the assembly, whose synthesis takes long.
    await expectRefusal(run('--app', join(folder, 'nothing'), '--port', String(port)), 'port', /^Port \d+ is in use/)
    server.close()
  })

  it('npm start refuses a missing assembly, and a folder that is not an assembly', async () => {
    await expectRefusal(
      run('--app', join(folder, 'nothing'), '--data', data, '--port', '0'),
      'assembly',
      /manifest\.json does not exist\. Run `npm run synth`/,
    )
    mkdirSync(join(folder, 'broken'))
    writeFileSync(join(folder, 'broken', 'manifest.json'), '{"artifacts": ')
    await expectRefusal(
      run('--app', join(folder, 'broken'), '--data', data, '--port', '0'),
      'assembly',
      /is not a file of a cloud assembly\. Run `npm run synth`/,
    )
  })

  it('npm start refuses a data folder while another run uses it, and accepts it afterwards', async () => {
    const one = runFixture()
    await ready(one)
    await expectRefusal(
      runFixture(),
      'dataFolder',
      new RegExp(`is in use by another local run \\(process ${one.child.pid}\\)\\. Stop that run`),
    )
    one.child.kill('SIGTERM')
    await one.ended
    await ready(runFixture())
  })

  it('npm start refuses a data folder that is not writable, or that is a file', async () => {
    const file = join(folder, 'file')
    writeFileSync(file, '')
    await expectRefusal(
      run('--app', fixtureStacks, '--data', file, '--port', '0'),
      'dataFolder',
      /is not a folder \(.*\)\. Choose another folder with --data DIR\.$/m,
    )
    // The kernel refuses this even for root.
    await expectRefusal(
      run('--app', fixtureStacks, '--data', '/proc/postmaster', '--port', '0'),
      'dataFolder',
      /is not writable \(.*\)\. Choose another folder with --data DIR\.$/m,
    )
    if (process.getuid?.() === 0) return
    const readOnly = join(folder, 'read-only')
    mkdirSync(readOnly)
    chmodSync(readOnly, 0o500)
    await expectRefusal(run('--app', fixtureStacks, '--data', readOnly, '--port', '0'), 'dataFolder', /is not writable/)
  })

  it('npm start refuses a corrupted data folder and names the corrupted part', async () => {
    const first = runFixture()
    await ready(first)
    await callServices(first, 'x')
    first.child.kill('SIGTERM')
    await first.ended
    const whole = join(folder, 'whole')
    const damage: [RegExp, () => void][] = [
      [/secrets\.json is corrupted/, () => writeFileSync(join(data, 'secrets.json'), '{"format":1,"secrets":[{')],
      [/issuer-key\.json is corrupted/, () => writeFileSync(join(data, 'issuer-key.json'), 'x')],
      [
        /The tables in .*dynamodb are corrupted/,
        () => writeFileSync(join(data, 'dynamodb', 'CURRENT'), 'MANIFEST-999999\n'),
      ],
      [/The queues in .*messaging are corrupted/, () => damageFirst(join(data, 'messaging'))],
      [
        /The objects in .*s3 are corrupted/,
        () => writeFileSync(join(data, 's3', 'buckets', 'stateful-files', '.bucket.json'), '{'),
      ],
    ]
    copyFolder(data, whole)
    for (const [detail, destroy] of damage) {
      rmSync(data, { recursive: true })
      copyFolder(whole, data)
      destroy()
      await expectRefusal(runFixture(), 'dataFolder', detail)
    }
  })

  it('npm start refuses a data folder of another version, and accepts its own at the next start', async () => {
    const first = runFixture()
    await ready(first)
    first.child.kill('SIGTERM')
    await first.ended
    const again = runFixture()
    await ready(again)
    again.child.kill('SIGTERM')
    await again.ended
    const remedy = 'Delete it to start empty, or choose another folder with --data DIR\\.'
    writeFileSync(join(data, 'format'), '99\n')
    await expectRefusal(
      runFixture(),
      'dataFolder',
      new RegExp(`another version of Postmaster \\(format 99 .*${remedy}`),
    )
    // Version 1 did not write its format.
    rmSync(join(data, 'format'))
    await expectRefusal(runFixture(), 'dataFolder', new RegExp(`another version of Postmaster \\(format 1 .*${remedy}`))
  })

  it('npm start refuses an unknown option, an invalid port and an unknown parameter', async () => {
    await expectRefusal(run('--colour', 'blue'), 'usage', /Unknown option '--colour'.*See --help\.$/m)
    await expectRefusal(run('--port', 'many'), 'usage', /--port must be a number from 0 to 65535, not 'many'\./)
    await expectRefusal(
      runFixture('--set', 'Colour=blue'),
      'usage',
      /no parameter Colour\. Choose one of Greeting, Loud, Ports, RetentionDays\./,
    )
  })

  it('npm start refuses a reference that cannot be resolved', async () => {
    const assembly = changedAssembly((runner) => {
      runner.Resources.Echo.Properties.Environment.Variables.X = { 'Fn::GetAtt': ['Jobs', 'Colour'] }
    })
    await expectRefusal(
      run('--app', assembly.path, '--data', data, '--port', '0'),
      'assembly',
      /The local run does not support the attribute Colour of Runner-local\/Jobs \(AWS::SQS::Queue\)\./,
    )
    assembly.remove()
  })

  it('npm start refuses an older Node', async () => {
    const source = readFileSync(start, 'utf8').replace('process.versions.node', "'20.20.2'")
    writeFileSync(join(folder, 'start.mjs'), source)
    const child = spawn(process.execPath, [join(folder, 'start.mjs')])
    let err = ''
    child.stderr.on('data', (chunk) => {
      err += chunk
    })
    const code = await new Promise((resolve) => child.on('close', resolve))
    expect([code, err]).toEqual([
      exitCodes.nodeVersion,
      expect.stringMatching(/^Postmaster requires Node 24 or newer, .* Run `npm ci`, .*\.\n$/),
    ])
  })
})

/**
 * Writes a row, an object, a secret and a message under an id. When it is called again with the same id, the row's
 * condition fails.
 */
async function callServices(one: Run, id: string): Promise<Response> {
  return fetch(`${await ready(one)}/services/${id}`, { method: 'POST' })
}

const copyFolder = (from: string, to: string): void => {
  mkdirSync(to, { recursive: true })
  for (const entry of readdirSync(from, { withFileTypes: true })) {
    if (entry.isDirectory()) copyFolder(join(from, entry.name), join(to, entry.name))
    else copyFileSync(join(from, entry.name), join(to, entry.name))
  }
}

function damageFirst(path: string): void {
  for (const name of readdirSync(path)) {
    if (name.endsWith('-wal') || name.endsWith('-shm')) rmSync(join(path, name))
    else writeFileSync(join(path, name), 'this is not a database, although the file name looks like one'.repeat(100))
  }
}

function isAlive(pid: number): boolean {
  try {
    return !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'))
  } catch {
    return false
  }
}
