import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { type Run, runSchema } from '../../lib/runs/run.ts'
import type { CollectorSettings, Step } from './collector-process.ts'

/** What a collector says to its parent: that its run begins, and after each step. */
export type CollectorWord = 'begins' | Step

export interface Kill {
  /** When the collector first says this, … */
  readonly after: CollectorWord
  /** … it has this long to live. */
  readonly milliseconds: number
}

export interface Collected {
  readonly run: Run | 'killed'
  /** For each word, the milliseconds from when it was first said to the end of the process. */
  readonly lived: ReadonlyMap<CollectorWord, number>
  readonly lastWord: CollectorWord | undefined
}

/**
 * Runs one collector in a process of its own.
 *
 * @param kill when to send it a SIGKILL; undefined: only its settings may kill it
 * @throws Error when the process ends in any other way than by SIGKILL or with its run
 */
export const collect = async (settings: CollectorSettings, kill?: Kill): Promise<Collected> => {
  const child = spawn(
    process.execPath,
    [fileURLToPath(new URL('collector-process.ts', import.meta.url)), JSON.stringify(settings)],
    { stdio: ['ignore', 'pipe', 'inherit', 'ipc'] },
  )
  let output = ''
  child.stdout?.on('data', (chunk) => {
    output += String(chunk)
  })
  const said = new Map<CollectorWord, number>()
  let lastWord: CollectorWord | undefined
  let killing: NodeJS.Timeout | undefined
  child.on('message', (message) => {
    const word = message as CollectorWord
    lastWord = word
    if (said.has(word)) return
    said.set(word, performance.now())
    if (word === kill?.after) killing = setTimeout(() => child.kill('SIGKILL'), kill.milliseconds)
  })
  const [code, signal] = await once(child, 'close')
  clearTimeout(killing)
  const ended = performance.now()
  const lived = new Map([...said].map(([word, at]) => [word, ended - at]))
  if (signal === 'SIGKILL') return { run: 'killed', lived, lastWord }
  if (code !== 0) throw new Error(`the collector ended with ${signal ?? `exit code ${code}`}`)
  return { run: runSchema.parse(JSON.parse(output)), lived, lastWord }
}
