import { appendFileSync, mkdirSync, renameSync, statSync } from 'node:fs'
import { join } from 'node:path'

/** A log of this size is renamed to `<name>.log.1`, so that a long run does not fill the disk. */
const rotateAt = 20 * 1024 * 1024

/** `<folder>/<function name>.log`. It contains the function's output and Lambda's START, END and REPORT lines. */
export class FunctionLog {
  readonly path: string
  #size: number

  constructor(folder: string, functionName: string) {
    mkdirSync(folder, { recursive: true, mode: 0o700 })
    this.path = join(folder, `${functionName}.log`)
    this.#size = statSync(this.path, { throwIfNoEntry: false })?.size ?? 0
  }

  write(line: string): void {
    if (this.#size > rotateAt) {
      renameSync(this.path, `${this.path}.1`)
      this.#size = 0
    }
    const text = `${line}\n`
    appendFileSync(this.path, text, { mode: 0o600 })
    this.#size += Buffer.byteLength(text)
  }
}
