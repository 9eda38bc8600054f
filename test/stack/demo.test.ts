import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, expect, it } from 'vitest'
import { assembly, assemblyLimitMs } from '../support/assembly.ts'

const start = fileURLToPath(new URL('../../demo/start.mjs', import.meta.url))
const data = mkdtempSync(join(tmpdir(), 'postmaster-demo-'))
const limitMs = 120_000
afterAll(() => rmSync(data, { recursive: true, force: true }))

/** `npm run demo` until it has told everything, and Ctrl-C. @returns what it said, and its exit code */
const demo = async (): Promise<{ said: string; code: number | null }> => {
  const args = ['--app', await assembly(), '--data', data, '--port', '0', '--no-schedule']
  const child = spawn(process.execPath, [start, ...args], { stdio: 'pipe', env: { ...process.env, NO_COLOR: '1' } })
  const timer = setTimeout(() => child.kill('SIGKILL'), limitMs)
  let said = ''
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (chunk) => {
      said += String(chunk)
      if (said.includes('Ctrl-C stops everything') && !child.killed) child.kill('SIGINT')
    })
  const code = await new Promise<number | null>((resolve) => child.once('close', resolve))
  clearTimeout(timer)
  return { said, code }
}

it('the demo fetches six accounts, has a seventh connected with OAuth2, and can be started again on its data', {
  timeout: 2 * limitMs + assemblyLimitMs,
}, async () => {
  for (const _ of ['first', 'again']) {
    const { said, code } = await demo()
    expect(said).toContain('18 messages stored, 17 announced, 0 accounts failed')
    expect(said).toContain('“✓ desk@example.com is connected”')
    expect(said).toMatch(/desk@example\.com: 2 messages stored, 2 deleted on the server/)
    expect(said).toMatch(/oauth2 connect 01\w+/)
    expect(code, said).toBe(0)
  }
})
