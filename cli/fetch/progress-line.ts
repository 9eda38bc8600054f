/** Milliseconds between two lines in a log, so that an hour of fetching takes about a screen. */
const logPause = 60_000

interface ProgressOptions {
  readonly write: (text: string) => void
  readonly isTerminal?: boolean
  /** Milliseconds, from any start. */
  readonly now?: () => number
}

/** Shows how far a command is: in one line that is redrawn on a terminal, and elsewhere in a few lines. */
export class ProgressLine {
  readonly #write: (text: string) => void
  readonly #isTerminal: boolean
  readonly #now: () => number
  #shownAt: number
  #shown = ''

  constructor({ write, isTerminal = process.stderr.isTTY, now = () => performance.now() }: ProgressOptions) {
    this.#write = write
    this.#isTerminal = isTerminal
    this.#now = now
    // Short commands only write their end to a log.
    this.#shownAt = now()
  }

  /** @param text of less than 80 characters, because a terminal cannot replace a line that it has wrapped */
  show(text: string): void {
    if (this.#isTerminal) {
      this.#write(`\r\u001b[K${text}`)
      return
    }
    if (text === this.#shown || this.#now() - this.#shownAt < logPause) return
    this.#shown = text
    this.#shownAt = this.#now()
    this.#write(`${text}\n`)
  }

  end(text: string): void {
    this.#write(this.#isTerminal ? `\r\u001b[K${text}\n` : `${text}\n`)
  }
}
