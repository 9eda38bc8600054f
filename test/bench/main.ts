import { fileURLToPath } from 'node:url'
import { synthesiseWhenStale } from '../../local/synthesise.ts'
import { dovecotAvailable } from '../mail-server/dovecot/dovecot.ts'
import { type Figure, tableOfFigures } from './figure.ts'
import { measureFirstMail } from './first-mail.ts'
import { MailPlace } from './mail-place.ts'
import { measureMessages } from './message.ts'
import { type PartName, parseOptions, UsageError, usage } from './options.ts'
import { measurePoll } from './poll.ts'
import { figuresOf, machineWords, tableOf } from './report.ts'
import type { CaseResult } from './result.ts'
import { roundTripsOfPolls, runCase } from './run-case.ts'
import { measureStartup } from './startup/measure-startup.ts'

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

/** What the whole local stack needs for each small message, beside a process that makes the same calls and no others. */
const figuresOfMessages = async (): Promise<Figure[]> => {
  const { calls, callsPerMessage, leastCalls, cpuPerMessage, floorPerMessage, rate, floorRate } =
    await measureMessages()
  const shares = Object.entries(calls).map(([name, share]) => `${name} ${share.toFixed(3)}`)
  say(`AWS calls for each message: ${shares.join(', ')}`)
  const cpu = { what: 'Processor time of fetch', unit: 'ms a message', measured: cpuPerMessage, goal: 2 }
  return [
    { what: 'AWS calls for a message', unit: '', measured: callsPerMessage, goal: 3, floor: leastCalls },
    { ...cpu, floor: floorPerMessage },
    { what: 'Whole local stack', unit: 'messages/s', measured: rate, goal: 300, more: true, floor: floorRate },
  ]
}

const figuresOfPolls = async (): Promise<Figure[]> => {
  const { tick, ...polls } = await measurePoll()
  const share = `${tick.calls.toFixed(2)} calls and ${tick.writeUnits.toFixed(2)} write units`
  say(`Each account adds ${share} to a tick of the dispatch function.`)
  return Object.entries(polls).flatMap(([type, { calls, steps, writeUnits }]) => [
    { what: `Empty poll, ${type}, DynamoDB`, unit: 'calls', measured: calls, goal: 5 },
    { what: `Empty poll, ${type}, one after another`, unit: 'steps', measured: steps, goal: calls },
    { what: `Empty poll, ${type}`, unit: 'write units', measured: writeUnits, goal: 6 },
  ])
}

const figuresOfStartup = async (): Promise<Figure[]> => {
  const startups = await measureStartup(await synthesiseWhenStale(root, say))
  const timeOf = (floor: string) => startups.find(({ name }) => name === floor)?.time
  return startups.flatMap(({ name, time, goal }) => {
    const floor = timeOf(name.startsWith('Api/') ? 'floor of an API function' : 'floor of the fetch function')
    return goal === undefined ? [] : [{ what: `Loading ${name}`, unit: 'ms', measured: time, goal, floor }]
  })
}

const parts: Readonly<Record<PartName, (options: Options) => Promise<Figure[]>>> = {
  mail: measureMail,
  message: figuresOfMessages,
  poll: figuresOfPolls,
  'first-mail': measureFirstMail,
  startup: figuresOfStartup,
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
