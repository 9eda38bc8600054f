import { parseArgs } from 'node:util'
import { type Case, type Counts, cases, fullCounts, quickCounts } from './cases.ts'

export const clientNames = ['raw', 'bare', 'postmaster', 'stack', 'getmail6', 'fetchmail', 'mpop'] as const
export type ClientName = (typeof clientNames)[number]

/** What the benchmark measures. `mail` compares collectors of mail, and the others measure Postmaster alone. */
export const partNames = ['mail', 'message', 'poll', 'first-mail', 'startup'] as const
export type PartName = (typeof partNames)[number]

export interface Options {
  readonly parts: readonly PartName[]
  readonly cases: readonly Case[]
  readonly clients: readonly ClientName[]
  readonly counts: Counts
  readonly rounds: number
  readonly help: boolean
}

export const usage = `Usage: npm run bench -- [options]

  --quick         use 200 small and 40 mixed messages and 3 rounds: first results in a minute or two
  --rounds N      number of rounds per case, after a warm-up round (default 5)
  --only WORDS    what to run, separated by commas. The parts are ${partNames.join(', ')}.
                  Words for mail: imap, pop3, small, mixed, 0ms, 40ms, and the clients
                  ${clientNames.join(', ')} (raw always runs, for comparison)
  --help          show this text`

export class UsageError extends Error {}

/** @throws UsageError with a message for the person who entered the command */
export const parseOptions = (args: readonly string[]): Options => {
  const values = parsed(args)
  const words = (values.only ?? '').split(',').flatMap((word) => word.trim().toLowerCase() || [])
  const caseWords = ['imap', 'pop3', 'small', 'mixed', '0ms', '40ms']
  const unknown = words.find((word) => ![...caseWords, ...clientNames, ...partNames].includes(word))
  if (unknown !== undefined) throw new UsageError(`--only does not accept '${unknown}'. See --help.`)
  /** If no word of a kind is given, all words of that kind are selected. */
  const chosen = (word: string, kind: readonly string[]) =>
    words.includes(word) || !kind.some((other) => words.includes(other))
  const rounds = Number(values.rounds ?? (values.quick ? 3 : 5))
  if (!Number.isInteger(rounds) || rounds < 1) throw new UsageError('--rounds must be a whole number of at least 1.')
  return {
    parts: partNames.filter((name) => chosenPart(words, name)),
    cases: cases.filter(
      ({ protocol, mail, delay }) =>
        chosen(protocol, ['imap', 'pop3']) && chosen(mail, ['small', 'mixed']) && chosen(`${delay}ms`, ['0ms', '40ms']),
    ),
    clients: clientNames.filter((name) => name === 'raw' || chosen(name, clientNames)),
    counts: values.quick ? quickCounts : fullCounts,
    rounds,
    help: values.help === true,
  }
}

/** A word for mail selects that part only. */
const chosenPart = (words: readonly string[], name: PartName): boolean => {
  const parts = words.filter((word) => partNames.some((one) => one === word))
  return words.length === 0 || parts.includes(name) || (name === 'mail' && parts.length < words.length)
}

const parsed = (args: readonly string[]) => {
  try {
    return parseArgs({
      args: [...args],
      strict: true,
      options: {
        quick: { type: 'boolean' },
        rounds: { type: 'string' },
        only: { type: 'string' },
        help: { type: 'boolean' },
      },
    }).values
  } catch (error) {
    throw new UsageError(`${error instanceof Error ? error.message : error}. See --help.`, { cause: error })
  }
}
