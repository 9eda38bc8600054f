import { type ChildProcess, spawn } from 'node:child_process'
import { stripVTControlCharacters } from 'node:util'

const quoted = (text: string): string => `'${text.replaceAll("'", `'\\''`)}'`
/** Milliseconds to wait for one output. */
const patience = 60_000

interface TerminalOptions {
  readonly env?: Readonly<Record<string, string>>
  readonly cwd?: string
}

/** Runs a program in a pseudo terminal of util-linux's `script`, and lets a test read its output and type input. */
export class Terminal implements AsyncDisposable {
  readonly #child: ChildProcess
  readonly #code: Promise<number | null>
  #shown = ''
  /** The position up to which the output has been read. */
  #read = 0
  #changed = Promise.withResolvers<void>()
  #over = false

  constructor(command: readonly string[], { env, cwd }: TerminalOptions = {}) {
    const { POSTMASTER_URL: _url, POSTMASTER_TOKEN_FILE: _file, ...inherited } = process.env
    const line = ['--quiet', '--return', '--command', command.map(quoted).join(' '), '/dev/null']
    this.#child = spawn('script', line, { cwd, env: { ...inherited, NO_COLOR: '1', TERM: 'xterm', ...env } })
    for (const stream of [this.#child.stdout, this.#child.stderr])
      stream?.setEncoding('utf8').on('data', (text: string) => {
        this.#shown += text
        this.#changed.resolve()
      })
    this.#code = new Promise((resolve) => {
      this.#child.on('close', (code) => {
        this.#over = true
        this.#changed.resolve()
        resolve(code)
      })
    })
  }

  /** The whole output without control sequences. */
  get shown(): string {
    return stripVTControlCharacters(this.#shown)
  }

  /** Waits until the words appear after the last words. @returns the output between them */
  async until(detail: string): Promise<string> {
    const late = setTimeout(() => {
      this.#over = true
      this.#changed.resolve()
    }, patience)
    try {
      for (;;) {
        this.#changed = Promise.withResolvers()
        const at = this.shown.indexOf(detail, this.#read)
        if (at !== -1) {
          const between = this.shown.slice(this.#read, at)
          this.#read = at + detail.length
          return between
        }
        if (this.#over) throw new Error(`The terminal does not show “${detail}”:\n${this.shown}`)
        await this.#changed.promise
      }
    } finally {
      clearTimeout(late)
    }
  }

  type(text: string): void {
    this.#child.stdin?.write(text)
  }

  /** The exit code. */
  ended(): Promise<number | null> {
    return this.#code
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#child.stdin?.end()
    this.#child.kill('SIGKILL')
    await this.#code
  }
}
