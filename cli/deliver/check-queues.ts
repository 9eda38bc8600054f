import { CliError, type CommandOutput, exitCodes } from '../terminal/cli-error.ts'
import { plain } from '../terminal/text.ts'
import type { AgentClient } from './agent-client.ts'
import { environmentFor } from './receiver/arguments.ts'
import { runCommand } from './receiver/command-run.ts'
import type { Preset } from './receiver/exit-codes.ts'
import { sampleLease } from './sample.ts'

/** Bytes. A ticket system with ten thousand queues prints less. */
const longestList = 1_000_000
const timeoutMs = 60_000

interface CheckSettings {
  readonly argv: readonly string[]
  readonly preset: Preset
  readonly passed: readonly string[]
}

/**
 * Compares the queue names of the destination with the queues of the ticket system. OTOBO and Znuny put mail for an
 * unknown queue into their default queue without an error.
 * @throws CliError if a queue is missing, or if one of the two lists cannot be read
 */
export const checkQueues = async (
  client: AgentClient,
  settings: CheckSettings,
  output: CommandOutput,
): Promise<void> => {
  const answer = await client.queues()
  if ('trouble' in answer) throw new CliError(`${answer.trouble.text} ${answer.trouble.remedy}`, exitCodes.unreachable)
  const wanted = answer.value.items
  const argv = queueListCommand(settings)
  if (argv === undefined) {
    for (const { name } of wanted) output.out(`??  ${plain(name)}`)
    throw new CliError(
      'This ticket system cannot be asked for its queues. Compare the names above with its queues by hand.',
      exitCodes.failed,
    )
  }
  const existing = await existingQueues(argv, settings)
  const lines = wanted.map(({ name, ours }) => ({ name, ours, found: existing.has(name) }))
  for (const { name, ours, found } of lines)
    output.out(
      `${found ? 'ok' : '!!'}  ${plain(name)}${ours.length === 0 ? '' : `  (from ${ours.map(plain).join(', ')})`}`,
    )
  const missing = lines.filter(({ found }) => !found)
  if (missing.length === 0) return
  const similar = missing.flatMap(({ name }) =>
    [...existing]
      .filter((one) => one.toLowerCase() === name.toLowerCase())
      .map((one) => `\nThe ticket system has ${plain(one)}, which differs from ${plain(name)} in case.`),
  )
  throw new CliError(
    `${missing.length === 1 ? 'One queue does' : `${missing.length} queues do`} not exist in the ticket system, which would put their mail into its default queue. Create them, or correct the queue map of the destination.${similar.join('')}`,
    exitCodes.failed,
  )
}

/** @returns the command that lists the queues, with the same program and user as the command for mail */
export const queueListCommand = ({ argv, preset }: Pick<CheckSettings, 'argv' | 'preset'>): string[] | undefined => {
  const at = preset.queueListInsteadOf === undefined ? -1 : argv.indexOf(preset.queueListInsteadOf)
  if (at === -1) return undefined
  return [...argv.slice(0, at), 'Admin::Queue::List', ...argv.filter((word) => word === '--allow-root')]
}

const existingQueues = async (argv: readonly string[], { passed }: CheckSettings): Promise<Set<string>> => {
  const environment = environmentFor(sampleLease('', 0, ''), passed)
  const run = await runCommand({ argv, environment, input: '/dev/null', timeoutMs, kept: longestList })
  if (run.code === 0) return new Set(queuesIn(run.stdout))
  const why = run.refused ?? (run.timedOut ? 'it did not end within a minute' : `exit code ${run.code ?? run.signal}`)
  throw new CliError(
    `The command that lists the queues failed (${plain(why)}): ${plain(argv.join(' '))}\n${plain(run.stderr || run.stdout)}`,
    exitCodes.failed,
  )
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: this expression finds colours
const colour = /\u001b\[[\d;]*m/g

/** `Admin::Queue::List` prints each queue after two spaces, between a heading and `Done.`, which begin the line. */
export const queuesIn = (text: string): string[] =>
  text
    .replace(colour, '')
    .split('\n')
    .filter((line) => line.startsWith('  '))
    .map((line) => line.slice(2).replace(/\r$/, ''))
