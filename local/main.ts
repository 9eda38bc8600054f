import { resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import pc from 'picocolors'
import type { LocalEvent } from './common/local-event.ts'
import { parseOptions, usage } from './options.ts'
import { runProgram, shownPath, stopOnSignal } from './program.ts'
import { pageAddress, reporter } from './report.ts'
import { startLocal } from './start-local.ts'
import { synthesiseWhenStale } from './synthesise.ts'

const root = fileURLToPath(new URL('..', import.meta.url))
const say = (text: string): void => console.log(text)

/** `npm start`. */
const main = async (): Promise<void> => {
  const options = parseOptions(process.argv.slice(2))
  if (options.help) return say(usage('npm start'))
  const assembly = options.app ?? (await synthesiseWhenStale(root, say))
  const begun = performance.now()
  const report = reporter(say)
  // The address of the page comes first, and what has no effect last.
  let idle: LocalEvent | undefined
  const local = await startLocal({
    assembly,
    data: options.data,
    port: options.port,
    parameters: options.parameters,
    schedule: options.schedule,
    onEvent: (event) => {
      if (event.type === 'idle-resources') idle = event
      else report(event)
    },
  })
  stopOnSignal(() => local.stop(), say)
  const shown = shownPath(local.dataFolder)
  const page = pageAddress(local)
  if (page !== undefined) say(`\n${pc.bold('Admin page')}: ${pc.bold(page)}`)
  say('')
  say(`${pc.bold('Ready')} in ${Math.round(performance.now() - begun)} ms: ${pc.bold(local.apiUrl)}`)
  say('')
  if (local.token === undefined)
    say(`  The API accepts only tokens from its own issuer, so ${shown}/token is not used.`)
  else say(`  curl -H "Authorization: Bearer $(cat ${shown}/token)" ${local.apiUrl}${firstPath(local.routes)}`)
  say('')
  say(`  Data            ${resolve(local.dataFolder)}`)
  say(`  Logs            ${shown}/logs/  (tail -F ${shown}/logs/*.log)`)
  say(
    `  Secrets         ${shown}/secrets.json and kms.json, in plain text, readable only by you and by programs running as you`,
  )
  say(`  Schedule        ${options.schedule ? 'on' : 'off (--no-schedule)'}`)
  say('')
  if (idle) report(idle)
  say('Press Ctrl-C to stop everything.')
}

/** A path that a GET request without parameters can use. */
const firstPath = (routes: readonly string[]): string =>
  routes.find((route) => /^GET [^{]+$/.test(route))?.slice('GET '.length) ?? '/'

await runProgram('The local run', main)
