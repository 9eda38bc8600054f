import { fileURLToPath } from 'node:url'
import pc from 'picocolors'
import { checkPort } from './common/loopback-server.ts'
import { noteRun } from './known-run.ts'
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
  await checkPort(options.port)
  const assembly = options.app ?? (await synthesiseWhenStale(root, say))
  const begun = performance.now()
  const local = await startLocal({
    assembly,
    data: options.data,
    port: options.port,
    parameters: options.parameters,
    schedule: options.schedule,
    onEvent: reporter(say, options),
  })
  stopOnSignal(() => local.stop(), say)
  noteRun(local, say)
  const folder = shownPath(local.dataFolder)
  const page = pageAddress(local)
  if (page !== undefined) say(`\n${pc.bold('Admin page')}: ${pc.bold(page)}`)
  say(`\n${pc.bold('Ready')} in ${((performance.now() - begun) / 1000).toFixed(1)} s: ${pc.bold(local.apiUrl)}\n`)
  if (local.routes.includes('GET /docs')) say(`  Documentation   ${local.apiUrl}/docs`)
  if (local.token === undefined)
    say(`  First request   The API accepts only tokens from its own issuer, so ${folder}/token is not used.`)
  else {
    say(`  First request   curl -H "Authorization: Bearer $(cat ${folder}/token)" \\`)
    say(`                    ${local.apiUrl}${firstPath(local.routes)}`)
  }
  say('  Command line    node cli/postmaster.mjs --help')
  say(`  Data            ${folder}/ contains passwords in plain text, readable only by you`)
  say(`  Logs            tail -F ${folder}/logs/*.log`)
  say(`  Schedule        ${options.schedule ? 'on' : 'off (--no-schedule)'}`)
  say('\nPress Ctrl-C to stop everything.')
}

/** A path that a GET request without parameters can use. */
const firstPath = (routes: readonly string[]): string =>
  routes.find((route) => /^GET [^{]+$/.test(route))?.slice('GET '.length) ?? '/'

await runProgram('The local run', main)
