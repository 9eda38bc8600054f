import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { chmodSync, chownSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { exitCodes } from '../../local/common/errors.ts'
import { dataFormat } from '../../local/data-folder.ts'
import { childrenOf, listeningSockets } from '../support/processes.ts'
import { eventually, fixtureStacks, temporaryFolder } from './support/fixture-assembly.ts'

const start = fileURLToPath(new URL('../../local/start.mjs', import.meta.url))
/** The id of the user `nobody` on every Linux. */
const nobody = 65_534
const folder = temporaryFolder()
const data = join(folder, 'data')
const secrets = ['token', 'reader-token', 'secrets.json', 'issuer-key.json']
let child: ChildProcess
let apiPort: number

/** Runs a bash script as another user, who may enter the parent of the data folder. */
const asNobody = (script: string) =>
  spawnSync('bash', ['-c', script], { uid: nobody, gid: nobody, encoding: 'utf8', timeout: 20_000 })

/** The response that the other user receives from a port. */
const askedByNobody = (port: number, ...lines: readonly string[]): string => {
  const head = [...lines, `Host: 127.0.0.1:${port}`, 'Connection: close', '', ''].join('\\r\\n')
  return asNobody(`exec 3<>/dev/tcp/127.0.0.1/${port}; printf '${head}' >&3; cat <&3`).stdout
}

beforeAll(async () => {
  chmodSync(folder, 0o755)
  // An earlier version, an unpacked backup or a permissive umask may leave such a folder.
  for (const name of ['', 'dynamodb', 'messaging', 's3', 'logs']) mkdirSync(join(data, name), { mode: 0o755 })
  writeFileSync(join(data, 'format'), `${dataFormat}\n`)
  for (const name of ['token', 's3/old.eml']) writeFileSync(join(data, name), 'old', { mode: 0o644 })
  const args = ['--app', fixtureStacks, '--data', data, '--port', '0', '--no-schedule']
  child = spawn(process.execPath, [start, ...args], { stdio: ['ignore', 'pipe', 'pipe'] })
  let said = ''
  child.stdout?.on('data', (chunk) => {
    said += chunk
  })
  apiPort = Number(await eventually(() => /http:\/\/127\.0\.0\.1:(\d+)/.exec(said)?.[1], 30_000))
  // This request leaves a row, an object, a secret and a message behind. Two functions have run afterwards.
  expect((await fetch(`http://127.0.0.1:${apiPort}/services/kept`, { method: 'POST' })).status).toBe(200)
  expect((await fetch(`http://127.0.0.1:${apiPort}/open`, { method: 'POST' })).status).toBe(200)
}, 60_000)
afterAll(() => {
  child.kill('SIGKILL')
  rmSync(folder, { recursive: true, force: true, maxRetries: 10 })
})

describe('another user of the machine', { timeout: 60_000 }, () => {
  it('another user can run programs and reach the ports, so the other tests in this file are meaningful', () => {
    expect(asNobody(`id -u; ls -d ${folder}`).stdout).toBe(`${nobody}\n${folder}\n`)
    expect(askedByNobody(apiPort, 'GET /things/1 HTTP/1.1')).toMatch(/^HTTP\/1\.1 401 /)
  })

  it('another user cannot enter the data folder or read a file in it', () => {
    expect(asNobody(`ls ${data}`)).toMatchObject({ stdout: '', stderr: expect.stringMatching(/denied/) })
    for (const name of secrets)
      expect([name, asNobody(`cat ${data}/${name}`)]).toMatchObject([name, { stdout: '', status: 1 }])
    expect(asNobody(`find ${data} -type f 2>/dev/null`).stdout).toBe('')
  })

  it('another user cannot make the run use a folder that belongs to that user', () => {
    const theirs = join(folder, 'theirs')
    mkdirSync(theirs)
    chownSync(theirs, nobody, nobody)
    const args = ['--app', fixtureStacks, '--data', theirs, '--port', '0']
    const { status, stderr } = spawnSync(process.execPath, [start, ...args], { encoding: 'utf8', timeout: 20_000 })
    expect(stderr).toMatch(/^\S+ belongs to another user, who .*\. Choose another folder with --data DIR\.\n$/)
    expect(status).toBe(exitCodes.dataFolder)
    expect(readdirSync(theirs)).toEqual([])
  })

  it('no file in the data folder is readable by another user, even if the folder were open', () => {
    const open = readdirSync(data, { recursive: true, withFileTypes: true })
      .map((entry) => join(entry.parentPath, entry.name))
      .filter((file) => (statSync(file).mode & 0o077) !== 0)
    expect(open).toEqual([])
    expect(statSync(data).mode & 0o777).toBe(0o700)
  })

  it('another user finds no secret in the command lines and cannot read the environment of any process', () => {
    const processes = asNobody('cat /proc/[0-9]*/cmdline | tr "\\0" " "').stdout
    expect(processes).toContain('bootstrap.mjs')
    for (const name of secrets.filter((one) => one !== 'issuer-key.json'))
      expect(processes).not.toContain(readFileSync(join(data, name), 'utf8').trim())
    const functions = childrenOf(child.pid)
    expect(functions.length).toBeGreaterThanOrEqual(2)
    for (const pid of functions) {
      // The environment contains the function's keys and the secret of its Runtime API.
      expect(readFileSync(`/proc/${pid}/environ`, 'utf8')).toMatch(/AWS_SECRET_ACCESS_KEY=[\w-]{43}\0/)
      expect(asNobody(`cat /proc/${pid}/environ`)).toMatchObject({ stdout: '', status: 1 })
    }
  })

  it('another user cannot call an emulator, and receives no invocation from a Runtime API', () => {
    const ports = listeningSockets(child.pid).map(({ port }) => port)
    expect(ports.length).toBeGreaterThanOrEqual(7)
    for (const port of ports.filter((one) => one !== apiPort)) {
      for (const target of ['DynamoDB_20120810.ListTables', 'secretsmanager.ListSecrets', 'AmazonSQS.ListQueues'])
        expect(
          askedByNobody(port, 'POST / HTTP/1.1', `X-Amz-Target: ${target}`, 'Content-Type: application/x-amz-json-1.1'),
        ).toMatch(/^HTTP\/1\.1 (400|403) /)
      for (const path of ['/2018-06-01/runtime/invocation/next', '/stateful-files/raw/kept'])
        expect(askedByNobody(port, `GET ${path} HTTP/1.1`)).toMatch(/^HTTP\/1\.1 (400|403) /)
    }
  })
})
