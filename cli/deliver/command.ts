import { Command, InvalidArgumentError, Option } from 'commander'
import { agentLimits } from '../../lib/handover/agents/agent-protocol.ts'
import { apiUrlOf } from '../api/api-url.ts'
import { CliError, type CommandOutput, exitCodes } from '../terminal/cli-error.ts'
import { wholeNumber } from '../terminal/options.ts'
import { AgentClient } from './agent-client.ts'
import { checkQueues } from './check-queues.ts'
import { runLoop } from './loop.ts'
import { presets } from './receiver/exit-codes.ts'
import { Report } from './report.ts'
import { handOverSample } from './sample.ts'
import { type DeliverOptions, type Target, targetOf } from './settings.ts'
import { openState } from './state/open-state.ts'
import { stopSignal } from './stop-signal.ts'
import { agentToken } from './token.ts'
import { agentVersion } from './version.ts'

/** Seconds. The longest lease, without the time for the download and for ending the command. */
const longestTimeout = 3000

const help = `
Leases the deliveries of one destination and hands each mail to a command or a Maildir. It needs outgoing HTTPS only.
The command is started without a shell and reads the raw mail from standard input. Whole arguments are replaced:
  {queue}      the ticket system's name for the queue
  {untrusted}  --untrusted; for trusted mail, the argument is left out
It gets PATH, LANG, LC_*, HOME, TZ, USER, and POSTMASTER_MESSAGE_ID, POSTMASTER_DELIVERY_ID, POSTMASTER_QUEUE,
POSTMASTER_TRUSTED, POSTMASTER_LOOP, POSTMASTER_POSSIBLY_DOUBLED (1 or 0) and POSTMASTER_ATTEMPT. With the presets
command and rt, a line "Ticket: NUMBER" in its output is stored with the delivery.

Signals: On SIGTERM or SIGINT, the agent finishes the mail that it is handing over. A second SIGINT ends it at once.
The token comes from --token-file, POSTMASTER_TOKEN_FILE or POSTMASTER_TOKEN, the address from --url or POSTMASTER_URL.

Examples:
  postmaster deliver --url https://… --token-file token --preset otobo --pipe -- \\
    /opt/otobo/bin/otobo.Console.pl Maint::PostMaster::Read --target-queue {queue} {untrusted}
  postmaster deliver --url https://… --token-file token --preset rt --pipe -- \\
    rt-mailgate --debug --action correspond --queue {queue} --url https://rt.example.com
  postmaster deliver --url https://… --token-file token --maildir /var/spool/desk
  postmaster deliver --preset otobo --sample Raw --pipe -- /opt/otobo/bin/otobo.Console.pl Maint::PostMaster::Read …`

/** Parses a number for commander. @throws InvalidArgumentError for anything else */
const numberIn =
  (least: number, most: number) =>
  (text: string): number => {
    const number = wholeNumber(text)
    if (number < least || number > most) throw new InvalidArgumentError(`It must be from ${least} to ${most}.`)
    return number
  }

/** POSIX.1-2017 section 8.1: the names of environment variables. */
const variableName = /^[A-Za-z_][A-Za-z0-9_]*$/

const collected = (name: string, before: readonly string[]): string[] => {
  if (!variableName.test(name)) throw new InvalidArgumentError('It must be the name of an environment variable.')
  return [...before, name]
}

export const deliverCommand = (output: CommandOutput): Command =>
  new Command('deliver')
    .description('hand the mail of a destination over to the ticket system on this host')
    .argument('[command...]', 'with --pipe: the command and its arguments, after --')
    .option('--pipe', 'pass each mail to a command')
    .option('--maildir <folder>', 'write each mail into a Maildir')
    .addOption(
      new Option('--preset <system>', 'how to interpret the exit codes and the output of the command')
        .choices(Object.keys(presets))
        .default('command'),
    )
    .option('--state <folder>', 'folder for the journal and unfinished mail', '/var/lib/postmaster-agent')
    .option('--timeout <seconds>', 'how long the command may take', numberIn(1, longestTimeout), 300)
    .option('--concurrency <number>', 'number of mails at once', numberIn(1, agentLimits.most), 1)
    .option('--env <name>', 'pass this environment variable on (repeatable)', collected, [])
    .option('--repeatable', 'the command recognises a repeated mail, so an interrupted one is not in doubt')
    .option('--once', 'exit when nothing is left, for example for cron')
    .option('--quiet', 'print only problems')
    .option('--check-queues', 'compare the queue map with the queues of the ticket system, and exit')
    .option('--sample [queue]', 'hand over a sample mail without the API, print what happens, and exit')
    .addHelpText('after', help)
    .action(async (argv: string[], _options: object, command: Command) => {
      const options = command.optsWithGlobals<DeliverOptions>()
      if (process.platform === 'win32')
        throw new CliError('The agent requires Linux, macOS or another Unix.', exitCodes.usage)
      const target = targetOf(options, argv)
      for (const text of target.advice) output.err(`Warning: ${text}\n`)
      if (options.sample !== undefined) {
        const queue = options.sample === true ? 'Postmaster sample' : options.sample
        return await handOverSample(target.receiver, { queue, argv }, output)
      }
      const client = new AgentClient(
        apiUrlOf(options.url ?? process.env.POSTMASTER_URL ?? ''),
        agentToken(options.tokenFile),
      )
      if (options.checkQueues)
        return await checkQueues(client, { argv, preset: target.preset, passed: options.env }, output)
      await deliver(options, target, client, output)
    })

const deliver = async (
  options: DeliverOptions,
  { receiver }: Target,
  client: AgentClient,
  output: CommandOutput,
): Promise<void> => {
  const state = openState(options.state)
  const report = new Report(output, options.quiet === true)
  const stop = stopSignal(report, () => receiver.endAtOnce?.())
  report.info(`Agent ${agentVersion} starts. State folder: ${options.state}.`)
  try {
    const { timeout, concurrency, once = false } = options
    const services = { client, report, receiver, journal: state.journal, mail: state.mail }
    const result = await runLoop(services, { timeoutMs: timeout * 1000, concurrency, once }, stop.signal)
    report.info(`Agent stops: ${result.delivered} delivered, ${result.failed} not delivered.`)
    if (result.trouble) throw new CliError('The agent stopped before all mail was handed over.', exitCodes.unreachable)
    if (once && result.failed > 0) throw new CliError('Not all mail was handed over.', exitCodes.failed)
  } finally {
    stop.release()
    state.close()
  }
}
