import { fileURLToPath } from 'node:url'
import { synthesiseWhenStale } from '../../local/synthesise.ts'
import { dovecotAvailable } from '../mail-server/dovecot/dovecot.ts'
import { MailPlace } from './mail-place.ts'
import { parseOptions, UsageError, usage } from './options.ts'
import { machineWords, tableOf } from './report.ts'
import type { CaseResult } from './result.ts'
import { runCase } from './run-case.ts'

const say = (line: string): void => console.log(line)
const root = fileURLToPath(new URL('../..', import.meta.url))

const explanation = `Each client empties the same mailbox of a private Dovecot, which is refilled before every run. The time is measured from before
connecting until after logging out. raw, Postmaster and the local stack are started, loaded and warmed up with one run. They take turns, and
the results are medians. raw is a socket client that checks nothing. The local stack is timed from the HTTP request for the run until its
record is done. getmail6, fetchmail and mpop run once, including their start. getmail6 and fetchmail get a tenth of the messages (ratios are
per message). After every run, the server was empty. For raw, Postmaster and the local stack, every byte was compared.`

/** `npm run bench` prints the results and never fails because of slow results. */
async function main(): Promise<void> {
  const options = parseOptions(process.argv.slice(2))
  if (options.help) return say(usage)
  const { available, reason } = dovecotAvailable()
  if (!available) throw new UsageError(`${reason}. The benchmark needs it: apt-get install dovecot-imapd dovecot-pop3d`)
  const assembly = options.clients.includes('stack') ? await synthesiseWhenStale(root, say) : ''
  const place = await MailPlace.start()
  for (const signal of ['SIGINT', 'SIGTERM'] as const)
    process.once(signal, () => place.stop().finally(() => process.exit(130)))
  const results: CaseResult[] = []
  try {
    for (const which of options.cases) results.push(await runCase({ place, options, assembly, say }, which))
  } finally {
    await place.stop()
  }
  say(`\n${tableOf(results)}\n\n${machineWords(reason)}\n${explanation}`)
}

await main().catch((error: unknown) => {
  console.error(error instanceof UsageError ? error.message : error)
  process.exitCode = 1
})
