import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type CommandRun, runCommand } from '../../../cli/deliver/receiver/command-run.ts'
import { AgentFolder } from './agent-run.ts'

let folder = undefined as unknown as AgentFolder
beforeEach(() => {
  folder = new AgentFolder()
  writeFileSync(folder.at('mail'), Buffer.alloc(4_000_000, 65))
})
afterEach(() => folder[Symbol.dispose]())

const run = (text: string, timeoutMs = 60_000): Promise<CommandRun> =>
  runCommand({
    argv: [folder.script('command', text)],
    environment: { PATH: process.env.PATH ?? '' },
    input: folder.at('mail'),
    timeoutMs,
  })

const isAlive = (pid: number): boolean => {
  try {
    return !/^State:\s+[ZX]/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'))
  } catch {
    return false
  }
}

describe('the command of a ticket system', () => {
  it('the command reads the whole mail from standard input', async () => {
    expect(await run('wc -c')).toMatchObject({ code: 0, stdout: '4000000\n' })
  })

  it('a command that does not read its standard input ends normally', async () => {
    expect(await run('exit 3')).toMatchObject({ code: 3, timedOut: false })
  })

  it('a command that prints megabytes ends, and only the beginning is kept', async () => {
    const { code, stdout, stderr } = await run(`cat; cat ${folder.path}/mail >&2`)
    expect([code, stdout.length, stderr.length]).toEqual([0, 4096, 4096])
  })

  it('a time-out ends the whole process group, even a member that ignores SIGTERM', async () => {
    const started = Date.now()
    const result = await run(
      `(trap '' TERM; echo $$ > ${folder.path}/leader; sh -c 'trap "" TERM; echo $$ > ${folder.path}/child; while :; do sleep 1; done') & wait`,
      500,
    )
    expect(result).toMatchObject({ timedOut: true })
    expect(Date.now() - started).toBeGreaterThan(500)
    expect(isAlive(Number(folder.read('child')))).toBe(false)
  })

  it('a daemon that the command leaves behind does not delay the agent', async () => {
    const started = Date.now()
    expect(await run(`sleep 30 & echo $! > ${folder.path}/daemon; exit 0`)).toMatchObject({ code: 0 })
    expect(Date.now() - started).toBeLessThan(20_000)
    process.kill(Number(folder.read('daemon')))
  })

  it('a command that a signal ends is reported with the signal', async () => {
    expect(await run('kill -9 $$')).toMatchObject({ signal: 'SIGKILL', timedOut: false })
  })

  it('a command that does not exist, is not executable or has an impossible argument is refused by the system', async () => {
    writeFileSync(folder.at('plain'), 'x')
    const refused = async (...argv: string[]) =>
      (await runCommand({ argv, environment: {}, input: '/dev/null', timeoutMs: 1000 })).refused
    expect(await refused('/nowhere/x')).toBe('ENOENT')
    expect(await refused(folder.at('plain'))).toBe('EACCES')
    expect(await refused('/bin/true', 'a\0b')).toBe('ERR_INVALID_ARG_VALUE')
    expect(await refused('/bin/true', 'x'.repeat(3_000_000))).toBe('E2BIG')
    expect(existsSync(folder.at('mail'))).toBe(true)
  })
})
