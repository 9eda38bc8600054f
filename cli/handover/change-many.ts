import { CliError, type CommandOutput, exitCodes } from '../terminal/cli-error.ts'
import { plain } from '../terminal/text.ts'

/** A list of ids that fits no terminal. In bytes: a million ids of messages. */
const longestInput = 70_000_000
/** Up to this number, each result is a line. */
const few = 10
/** The changes between two lines of progress. */
const progressStep = 25

/**
 * Replaces the argument `-` with the ids on standard input, which are separated by white space.
 * @throws CliError if there are no ids, or too many
 */
export const idsFrom = async (given: readonly string[]): Promise<string[]> => {
  if (!given.includes('-')) return [...given]
  let text = ''
  for await (const chunk of process.stdin.setEncoding('utf8')) {
    text += String(chunk)
    if (text.length > longestInput) throw new CliError('Standard input contains too many ids.', exitCodes.usage)
  }
  const read = text.split(/\s+/).filter((id) => id !== '')
  const ids = [...new Set(given.flatMap((id) => (id === '-' ? read : [id])))]
  if (ids.length === 0) throw new CliError('Standard input contains no ids.', exitCodes.usage)
  return ids
}

/** Looks up one id after another, in the given order. */
export const eachNamed = async (
  given: readonly string[],
  idOf: (text: string) => Promise<string>,
): Promise<string[]> => {
  const ids: string[] = []
  for (const text of given) ids.push(await idOf(text))
  return ids
}

/** Reports what became of each of several changes: results, or progress and a summary if there are many. */
export class ChangeReport {
  readonly #output: CommandOutput
  readonly #total: number
  #done = 0
  #failed = 0

  constructor(output: CommandOutput, total: number) {
    this.#output = output
    this.#total = total
  }

  changed(text: string): void {
    if (this.#total <= few) this.#output.out(text)
    this.#count()
  }

  /** Nothing had to be changed, which is not a failure. */
  unchanged(id: string, why: string): void {
    this.#output.err(`${plain(id)}: ${why}\n`)
    this.#count()
  }

  failed(id: string, why: string): void {
    this.#failed += 1
    this.unchanged(id, why)
  }

  /** @throws CliError if a change failed */
  end(): void {
    if (this.#failed > 0) throw new CliError(`${this.#failed} of ${this.#total} changes failed.`, exitCodes.failed)
    if (this.#total > few) this.#output.out(`All ${this.#total} changes are done.`)
  }

  #count(): void {
    this.#done += 1
    if (this.#total > few && this.#done % progressStep === 0) this.#output.err(`${this.#done} of ${this.#total}\n`)
  }
}

/**
 * Changes one delivery after another. A change that the API refuses does not stop the others.
 * @throws CliError if a change failed, or at once if the API cannot be reached
 */
export const changeEach = async (
  output: CommandOutput,
  ids: readonly string[],
  change: (id: string) => Promise<string>,
): Promise<void> => {
  const [only, ...others] = ids
  if (only !== undefined && others.length === 0) return output.out(await change(only))
  const report = new ChangeReport(output, ids.length)
  for (const id of ids)
    try {
      report.changed(await change(id))
    } catch (error) {
      if (!(error instanceof CliError) || error.exitCode !== exitCodes.failed) throw error
      report.failed(id, error.message)
    }
  report.end()
}
