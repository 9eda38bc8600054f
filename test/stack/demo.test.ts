import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, expect, it } from 'vitest'
import { assembly, assemblyLimitMs } from '../support/assembly.ts'
import { listeningSockets } from '../support/processes.ts'
import { rawRequest } from '../support/raw-request.ts'

const start = fileURLToPath(new URL('../../demo/start.mjs', import.meta.url))
const data = mkdtempSync(join(tmpdir(), 'postmaster-demo-'))
const limitMs = 120_000
afterAll(() => rmSync(data, { recursive: true, force: true }))

/** Ports of a process that respond over HTTP to a web page, or to a name that was rebound to this machine. */
const openPorts = async (pid: number | undefined): Promise<string[]> => {
  const open: string[] = []
  for (const { port } of listeningSockets(pid))
    for (const headers of [['Host: evil.example'], [`Host: 127.0.0.1:${port}`, 'Origin: http://127.0.0.1:1']]) {
      const answer = await rawRequest(port, ['GET / HTTP/1.1', ...headers, 'Connection: close'])
      // The small mail server, which replaces a missing Dovecot, does not use HTTP.
      if (/^HTTP/.test(answer) && !/^HTTP\/1\.1 403 /.test(answer)) open.push(`${port}: ${answer}`)
    }
  return open
}

/**
 * Runs `npm run demo` until it has printed everything, then presses Ctrl-C.
 * @returns its output, its exit code, and its open ports
 */
const demo = async (): Promise<{ said: string; code: number | null; open: string[] }> => {
  const args = ['--app', await assembly(), '--data', data, '--port', '0', '--no-schedule']
  const child = spawn(process.execPath, [start, ...args], { stdio: 'pipe', env: { ...process.env, NO_COLOR: '1' } })
  const timer = setTimeout(() => child.kill('SIGKILL'), limitMs)
  let said = ''
  let open: Promise<string[]> | undefined
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (chunk) => {
      said += String(chunk)
      if (!said.includes('Press Ctrl-C to stop everything') || open !== undefined) return
      open = openPorts(child.pid).finally(() => child.kill('SIGINT'))
    })
  const code = await new Promise<number | null>((resolve) => child.once('close', resolve))
  clearTimeout(timer)
  return { said, code, open: (await open) ?? ['the demo did not finish'] }
}

it('the demo fetches six accounts, hands their mail over, connects a seventh with OAuth2, and can be started again with its data', {
  timeout: 2 * limitMs + assemblyLimitMs,
}, async () => {
  for (const _ of ['first', 'again']) {
    const { said, code, open } = await demo()
    expect(said).not.toContain('was denied a call')
    expect(said).toContain('18 messages stored, 17 announced, 0 accounts failed')
    expect(said).toContain('Webhook: 17 signed events verified, and a ticket number returned for each')
    // Ctrl-C can come before the agent has collected the two mails of the OAuth2 account. The next start hands them over.
    expect(said).toMatch(/Agent: 1[7-9] mails written to the Maildir .*sample-maildir\/new/)
    expect(said).toContain('“✓ desk@example.com is connected”')
    expect(said).toMatch(/desk@example\.com: 2 messages stored, 2 deleted from the server/)
    expect(said).toMatch(/oauth2 connect desk@example\.com$/m)
    expect(code, said).toBe(0)
    expect(open).toEqual([])
  }
})
