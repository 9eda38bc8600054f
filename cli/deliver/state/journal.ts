import { closeSync, fsyncSync, ftruncateSync, openSync, readFileSync, renameSync, rmSync, writeSync } from 'node:fs'
import { dirname, join } from 'node:path'
import * as z from 'zod'
import { ackSchema, nackSchema } from '../../../lib/handover/agents/agent-protocol.ts'
import { CliError, exitCodes } from '../../terminal/cli-error.ts'
import { isSystemError, isUnwritable } from '../host/system-error.ts'

const times = { id: z.string(), at: z.number() }
const begunSchema = z.object({
  ...times,
  state: z.literal('begun'),
  lease: z.string(),
  repeatable: z.boolean(),
  process: z.object({ pid: z.int(), start: z.string().optional() }).optional(),
})
const doneSchema = z.object({
  ...times,
  state: z.literal('done'),
  ack: ackSchema,
  /** The number of replays when the lease began. A lease with another number is a deliberate repetition. */
  replays: z.int().min(0),
  /** Whether the API no longer accepts this lease. The next lease of the delivery is acknowledged instead. */
  refused: z.literal(true).optional(),
})
const failedSchema = z.object({ ...times, state: z.literal('failed'), nack: nackSchema })
const entrySchema = z.discriminatedUnion('state', [begunSchema, doneSchema, failedSchema])
/** `reported`: the API knows the result, so nothing has to be remembered. */
const lineSchema = z.union([entrySchema, z.object({ ...times, state: z.literal('reported') })])

type Line = z.infer<typeof lineSchema>
export type Begun = z.infer<typeof begunSchema>

export type Entry = z.infer<typeof entrySchema>

/** Lines after which the file is rewritten with only the open entries. Each delivery writes about four lines. */
const linesBeforeCompaction = 4000
/** A delivery is in doubt for at most a few days, but a person may decide about it weeks later. */
const keptMs = 30 * 86_400_000

/**
 * Remembers across crashes what the API does not know yet: which mail was being handed over, and which mail the ticket
 * system has taken. One JSON line per change. The last line of a delivery counts.
 */
export class Journal {
  readonly #file: string
  readonly #entries: Map<string, Entry>
  #descriptor: number
  #length: number
  #lines: number

  /** @throws CliError if the file is damaged */
  constructor(folder: string, now: () => number = Date.now) {
    this.#file = join(folder, 'journal')
    this.#entries = entriesOf(this.#file, now() - keptMs)
    ;[this.#descriptor, this.#length, this.#lines] = this.#compacted()
  }

  entries(): Entry[] {
    return [...this.#entries.values()]
  }

  find(id: string): Entry | undefined {
    return this.#entries.get(id)
  }

  /** Records a result durably. @throws the system's error if the disk is full; then nothing is recorded */
  record(entry: Entry): void {
    this.#append(entry, true)
    this.#entries.set(entry.id, entry)
  }

  /** Adds the process to a begun delivery. A power failure ends the process, so this need not survive one. */
  recordProcess(id: string, process: Begun['process']): void {
    const entry = this.#entries.get(id)
    if (entry?.state !== 'begun') return
    const next = { ...entry, process }
    if (this.#appendIfPossible(next)) this.#entries.set(id, next)
  }

  /** Forgets a delivery whose result the API has. If this cannot be written, the result is reported once more. */
  forget(id: string, at: number): void {
    if (!this.#appendIfPossible({ id, at, state: 'reported' })) return
    this.#entries.delete(id)
    if (this.#lines < linesBeforeCompaction) return
    const former = this.#descriptor
    ;[this.#descriptor, this.#length, this.#lines] = this.#compacted()
    closeSync(former)
  }

  close(): void {
    closeSync(this.#descriptor)
  }

  /** A full disk fails the next `record`, which reports it. */
  #appendIfPossible(line: Line): boolean {
    try {
      this.#append(line, false)
      return true
    } catch (error) {
      if (isUnwritable(error)) return false
      throw error
    }
  }

  #append(line: Line, durably: boolean): void {
    const bytes = Buffer.from(`${JSON.stringify(line)}\n`)
    try {
      let written = 0
      while (written < bytes.length) written += writeSync(this.#descriptor, bytes, written)
      if (durably) fsyncSync(this.#descriptor)
    } catch (error) {
      // A part of a line would join the next line.
      ftruncateSync(this.#descriptor, this.#length)
      throw error
    }
    this.#length += bytes.length
    this.#lines += 1
  }

  /** Writes the open entries to a new file, which replaces the old one in one step. */
  #compacted(): [descriptor: number, length: number, lines: number] {
    const next = `${this.#file}.next`
    rmSync(next, { force: true })
    const bytes = Buffer.from(
      this.entries()
        .map((entry) => `${JSON.stringify(entry)}\n`)
        .join(''),
    )
    // Appending, so that a write after a truncation continues at the end.
    const descriptor = openSync(next, 'ax', 0o600)
    let written = 0
    while (written < bytes.length) written += writeSync(descriptor, bytes, written)
    fsyncSync(descriptor)
    renameSync(next, this.#file)
    const folder = openSync(dirname(this.#file), 'r')
    fsyncSync(folder)
    closeSync(folder)
    return [descriptor, bytes.length, this.#entries.size]
  }
}

const entriesOf = (file: string, since: number): Map<string, Entry> => {
  const entries = new Map<string, Entry>()
  const lines = textOf(file).split('\n')
  // A crash can leave an unfinished last line. The line before it about the same delivery counts.
  lines.pop()
  for (const text of lines) {
    const line = parsedLine(text)
    if (line === undefined) throw damaged(file)
    if (line.state === 'reported') entries.delete(line.id)
    else entries.set(line.id, line)
  }
  for (const [id, { at }] of entries) if (at < since) entries.delete(id)
  return entries
}

const parsedLine = (text: string) => {
  try {
    return lineSchema.safeParse(JSON.parse(text)).data
  } catch {
    return undefined
  }
}

const textOf = (file: string): string => {
  try {
    return readFileSync(file, 'utf8')
  } catch (error) {
    if (isSystemError(error, 'ENOENT')) return ''
    throw error
  }
}

const damaged = (file: string): CliError =>
  new CliError(
    `The journal ${file} is damaged. Move it away. Mail that the agent was handing over may then arrive twice, so compare its latest lines with the ticket system first.`,
    exitCodes.failed,
  )
