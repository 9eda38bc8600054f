import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { type Run, runSchema } from '../../lib/runs/run.ts'
import type { CollectorSettings, Step } from './collector-process.ts'

/** A message from the collector to its parent: the run begins, or a step is done. */
export type CollectorWord = 'begins' | Step

export interface Kill {
  /** The collector's message that starts the countdown. */
  readonly after: CollectorWord
  /** The time from that message to the kill. */
  readonly milliseconds: number
}

export interface Collected {
  readonly run: Run | 'killed'
  /** For each message, the milliseconds from its first occurrence to the end of the process. */
  readonly lived: ReadonlyMap<CollectorWord, number>
  readonly lastWord: CollectorWord | undefined
}

/**
 * Runs one collector in a separate process.
 *
 * @param kill when to send SIGKILL; if undefined, only the settings can kill the collector
 * @throws Error if the process ends in any way other than SIGKILL or the end of its run
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
