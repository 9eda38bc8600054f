import { CliError, exitCodes } from '../terminal/cli-error.ts'
import { brokenPlaceholders } from './receiver/arguments.ts'
import { type Preset, type PresetName, presets } from './receiver/exit-codes.ts'
import { MaildirReceiver } from './receiver/maildir.ts'
import { PipeReceiver } from './receiver/pipe.ts'
import type { Receiver } from './receiver/receiver.ts'

/** The options of the command as commander parses them. */
export interface DeliverOptions {
  readonly url?: string
  readonly tokenFile?: string
  readonly state: string
  readonly pipe?: true
  readonly maildir?: string
  readonly preset: PresetName
  readonly timeout: number
  readonly concurrency: number
  readonly env: readonly string[]
  readonly repeatable?: true
  readonly once?: true
  readonly quiet?: true
  readonly checkQueues?: true
  readonly sample?: true | string
}

export interface Target {
  readonly receiver: Receiver
  /** Empty for a Maildir. */
  readonly argv: readonly string[]
  readonly preset: Preset
  /** What is probably wrong with the command, in sentences. */
  readonly advice: readonly string[]
}

/** @throws CliError for options that contradict each other */
export const targetOf = (options: DeliverOptions, argv: readonly string[]): Target => {
  const { pipe, maildir, timeout, env, repeatable = false } = options
  const preset: Preset = presets[options.preset]
  if ((pipe === undefined) === (maildir === undefined))
    throw usage('Choose either --pipe with a command after --, or --maildir with a folder.')
  if (maildir !== undefined) {
    if (argv.length > 0) throw usage('A Maildir needs no command. Remove what follows --, or use --pipe.')
    return { receiver: new MaildirReceiver(maildir), argv, preset, advice: [] }
  }
  if (argv.length === 0)
    throw usage('The command is missing. Write it after --, for example: --pipe -- /usr/local/bin/take-mail {queue}')
  const [broken] = brokenPlaceholders(argv)
  if (broken !== undefined)
    throw usage(
      `{queue} and {untrusted} must be whole arguments, but the command contains \`${broken}\`. Write \`--option {queue}\` in place of \`--option={queue}\`.`,
    )
  const advice = (preset.advice ?? [])
    .filter(({ word, unless }) => !argv.includes(word) && !(unless !== undefined && argv.includes(unless)))
    .map(({ word, because }) => `The command has no ${word}. ${because}`)
  const receiver = new PipeReceiver({ argv, preset, timeoutMs: timeout * 1000, passed: env, repeatable })
  return { receiver, argv, preset, advice }
}

const usage = (text: string): CliError => new CliError(text, exitCodes.usage)
