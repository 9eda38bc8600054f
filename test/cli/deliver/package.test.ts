import { execFileSync, spawnSync } from 'node:child_process'
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import * as z from 'zod'
import { agentVersion } from '../../../cli/deliver/version.ts'
import { AgentApi } from './agent-api.ts'
import { AgentProcess } from './agent-process.ts'
import { AgentFolder } from './agent-run.ts'

const root = join(import.meta.dirname, '../../..')
const versionOf = (file: string) =>
  z.object({ version: z.string() }).parse(JSON.parse(readFileSync(join(root, file), 'utf8'))).version

/** The oldest Node.js of this machine that the agent supports. CI images and Debian have version 20 or 22 as /usr/bin/node. */
const candidates = ['/usr/bin/node', '/usr/local/bin/node', process.execPath]
const majorOf = (node: string) =>
  Number(/^v(\d+)/.exec(spawnSync(node, ['--version'], { encoding: 'utf8' }).stdout ?? '')?.[1])
const oldNode =
  candidates.filter((node) => majorOf(node) >= 20).toSorted((a, b) => majorOf(a) - majorOf(b))[0] ?? process.execPath

let folder: string
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'pm-agent-package-'))
  const packed = execFileSync('npm', ['pack', './agent', '--pack-destination', folder], { cwd: root, encoding: 'utf8' })
  execFileSync('tar', ['-xzf', join(folder, packed.trim().split('\n').at(-1) ?? ''), '-C', folder])
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const bundle = () => join(folder, 'package/postmaster.cjs')

describe('the package of the agent', () => {
  it('the package contains one program, the licences, a guide and a systemd unit', () => {
    expect(readdirSync(join(folder, 'package')).toSorted()).toEqual([
      'LICENSE',
      'README.md',
      'THIRD-PARTY-NOTICES.txt',
      'package.json',
      'postmaster-agent.service',
      'postmaster.cjs',
    ])
    expect(readFileSync(join(folder, 'package/THIRD-PARTY-NOTICES.txt'), 'utf8')).toMatch(/commander 14.*zod 4/s)
  })

  it('the program needs no other file', () => {
    const modules = [...readFileSync(bundle(), 'utf8').matchAll(/\brequire\("([^"]+)"\)/g)].map(([, name]) => name)
    expect(new Set(modules.filter((name) => !name?.startsWith('node:')))).toEqual(new Set())
  })

  it('all places have the same version', () => {
    expect([versionOf('package.json'), versionOf('agent/package.json')]).toEqual([agentVersion, agentVersion])
  })

  it(`the program hands mail over with the oldest Node.js of this machine (version ${majorOf(oldNode)})`, async () => {
    await using api = await AgentApi.start()
    using one = new AgentFolder()
    api.add('D.1', 'Subject: x\r\n\r\nGrüße\r\n')
    const command = one.script('take', `cat > ${one.path}/mail; echo Ticket: 5`)
    const agent = new AgentProcess(bundle(), api, one, ['--once', '--pipe', '--', command], oldNode)
    expect(await agent.ended, agent.out).toBe(0)
    expect(one.read('mail')).toBe('Subject: x\r\n\r\nGrüße\r\n')
    expect(api.delivery('D.1').acks).toMatchObject([{ ticket: '5' }])
  })

  it('the program uses no function that Node.js 20 lacks', () => {
    const newer =
      /Promise\.(withResolvers|try)\b|\b(Object|Map)\.groupBy\b|Array\.fromAsync\b|RegExp\.escape\b|Iterator\.from\b|node:sqlite/
    expect(newer.exec(readFileSync(bundle(), 'utf8'))?.[0]).toBeUndefined()
  })
})
