import { fileURLToPath } from 'node:url'
import { synthesiseWhenStale } from '../../local/synthesise.ts'
import { dovecotAvailable } from '../mail-server/dovecot/dovecot.ts'
import { type Figure, tableOfFigures } from './figure.ts'
import { MailPlace } from './mail-place.ts'
import { type PartName, parseOptions, UsageError, usage } from './options.ts'
import { figuresOf, machineWords, tableOf } from './report.ts'
import type { CaseResult } from './result.ts'
import { roundTripsOfPolls, runCase } from './run-case.ts'

const say = (line: string): void => console.log(line)
const root = fileURLToPath(new URL('../..', import.meta.url))

const explanation = `Each client empties the same mailbox of a private Dovecot, which is refilled before every run. The
time runs from before connecting until after logging out. raw, bare, Postmaster and the local stack are
started, loaded and warmed up with one run. They take turns, and the results are medians. raw is a
socket client that checks nothing. bare uses Postmaster's library and does only what must be done. The
local stack is timed from the HTTP request for the run until its record is done. getmail6, fetchmail
and mpop run once, including their start. getmail6 and fetchmail get a tenth of the messages, and their
ratios are per message. After every run, the server was empty. For raw, bare, Postmaster and the local
stack, every byte was compared. "per s" is messages per second, "trips each" is round trips per message,
and "MiB" is the most memory that the client's process has used.`

type Options = ReturnType<typeof parseOptions>

/** Compares collectors of mail, and counts the round trips of an empty poll. */
const measureMail = async (options: Options): Promise<Figure[]> => {
  const { available, reason } = dovecotAvailable()
  if (!available) throw new UsageError(`${reason}. The benchmark needs it: apt-get install dovecot-imapd dovecot-pop3d`)
  const assembly = options.clients.includes('stack') ? await synthesiseWhenStale(root, say) : ''
  const place = await MailPlace.start()
  for (const signal of ['SIGINT', 'SIGTERM'] as const)
    process.once(signal, () => place.stop().finally(() => process.exit(130)))
  const setting = { place, options, assembly, say }
  const results: CaseResult[] = []
  try {
    for (const which of options.cases) results.push(await runCase(setting, which))
    say(`\n${tableOf(results)}\n\n${machineWords(reason)}\n${explanation}\n`)
    return [...results.flatMap(figuresOf), ...(await roundTripsOfPolls(setting))]
  } finally {
    await place.stop()
  }
}

const parts: Readonly<Record<PartName, (options: Options) => Promise<Figure[]>>> = {
  mail: measureMail,
}

/** `npm run bench` prints the results and never fails because of slow results. */
async function main(): Promise<void> {
  const options = parseOptions(process.argv.slice(2))
  if (options.help) return say(usage)
  const figures: Figure[] = []
  for (const name of options.parts) {
    say(`Measuring ${name} …`)
    figures.push(...(await parts[name](options)))
  }
  say(tableOfFigures(figures))
}

await main().catch((error: unknown) => {
  console.error(error instanceof UsageError ? error.message : error)
  process.exitCode = 1
})
