import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'

/** Runs the family under a limit and reports the outcome in the same way as the suite. */
const runner = fileURLToPath(new URL('fixtures/runner.ts', import.meta.url))

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'pm-family-'))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

interface Runner {
  readonly child: ChildProcess
  readonly said: () => string
  readonly ended: Promise<number | null>
}

const start = (parent: 'stays' | 'ends', limitMs: number): Runner => {
  const child = spawn(process.execPath, [runner, folder, parent, String(limitMs)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  let said = ''
  child.stdout.on('data', (text) => {
    said += String(text)
  })
  return { child, said: () => said, ended: once(child, 'close').then(([code]) => code) }
}

/** Each process of the family writes its id into a file with its name. */
const members = ['parent', 'child', 'own-session', 'without-environment', 'orphan']
const idsOf = async (names: readonly string[]): Promise<number[]> => {
  while (!names.every((name) => existsSync(join(folder, name)))) await new Promise((resolve) => setTimeout(resolve, 20))
  return names.map((name) => Number(readFileSync(join(folder, name), 'utf8')))
}

const isAlive = (pid: number): boolean => {
  try {
    return !/^State:\s+[ZX]/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'))
  } catch {
    return false
  }
}

describe('the processes of a suite', () => {
  it('the processes of a suite end at its limit, and the suite reports that the limit ended it', async () => {
    const one = start('stays', 10_000)
    const ids = await idsOf(members)
    expect(ids.filter(isAlive)).toEqual(ids)
    expect(await one.ended).toBe(0)
    expect(one.said()).toContain('The limit of 10 seconds ended the suite')
    expect(ids.filter(isAlive)).toEqual([])
  })

  it.each([
    ['SIGINT', 130],
    ['SIGTERM', 143],
    ['SIGHUP', 129],
  ] as const)(
    'the processes of a suite end with %s, the suite reports the signal, and a second signal has no further effect',
    async (name, code) => {
      const one = start('stays', 60_000)
      const ids = await idsOf(members)
      one.child.kill(name)
      one.child.kill(name)
      expect(await one.ended).toBe(code)
      expect(one.said()).toContain(`The suite was interrupted by ${name}.`)
      expect(ids.filter(isAlive)).toEqual([])
    },
  )

  it('processes that the command leaves behind are reported and ended', async () => {
    const one = start('ends', 60_000)
    const ids = await idsOf(members)
    expect(await one.ended).toBe(0)
    const [parent, ...others] = ids
    for (const pid of others) expect(one.said()).toContain(`(${pid})`)
    expect(one.said()).not.toContain(`(${parent})`)
    expect(ids.filter(isAlive)).toEqual([])
  })
})
