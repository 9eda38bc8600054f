import { setTimeout as sleep } from 'node:timers/promises'
import type { Reason } from '../../lib/reasons/reason.ts'
import { reasonOfError } from './reason-of-error.ts'

/** Something that the command creates and removes again. */
export interface Removable {
  /** For people, for example `the SQS queue postmaster-verify-3f2a-notices`. */
  readonly what: string
  /** The shell command with which a person removes it. Called when the command is printed. */
  readonly command: () => string
  /** Does nothing if it does not exist. */
  readonly remove: () => Promise<void>
}

/** What could not be removed. */
export interface Leftover {
  readonly what: string
  readonly command: string
  readonly reason: Reason
}

/** Attempts. An object may be in use for a moment, for example a queue whose account was just deleted. */
const attempts = 3

/** Everything that the command has created, so that it can be removed whatever happens. */
export class CleanUp {
  readonly #open: Removable[] = []
  readonly #pause: number

  /** @param pause milliseconds between two attempts */
  constructor(pause: number) {
    this.#pause = pause
  }

  /** Call this before the creation, so that nothing is forgotten if its response is lost. */
  add(removable: Removable): void {
    this.#open.push(removable)
  }

  /** @returns what has not been removed, with the command that removes it */
  open(): Pick<Leftover, 'what' | 'command'>[] {
    return this.#open.map(({ what, command }) => ({ what, command: command() }))
  }

  /** Removes everything, the newest first. @returns what could not be removed */
  async run(): Promise<Leftover[]> {
    const leftovers: Leftover[] = []
    for (let next = this.#open.at(-1); next !== undefined; next = this.#open.at(-1)) {
      const { what, command, remove } = next
      const reason = await this.#tried(remove)
      if (reason !== undefined) leftovers.push({ what, command: command(), reason })
      this.#open.pop()
    }
    return leftovers
  }

  async #tried(remove: () => Promise<void>): Promise<Reason | undefined> {
    for (let attempt = 1; ; attempt += 1) {
      try {
        await remove()
        return undefined
      } catch (error) {
        if (attempt === attempts) return reasonOfError(error)
        await sleep(this.#pause)
      }
    }
  }
}
