import { fileURLToPath } from 'node:url'
import pc from 'picocolors'
import { ApiClient } from '../cli/api-client.ts'
import { parseOptions } from '../local/options.ts'
import { runProgram, shownPath, stopOnSignal } from '../local/program.ts'
import { type LocalStack, startLocal } from '../local/start-local.ts'
import { synthesiseWhenStale } from '../local/synthesise.ts'
import { narrate, newestRun } from './narrate.ts'
import { type SampleServer, startSampleServer } from './sample-server.ts'
import { restSamples, type SampleAccount, setUpSamples } from './set-up.ts'

const root = fileURLToPath(new URL('..', import.meta.url))
const say = (text = ''): void => console.log(text)

/** `npm run demo`: the local stack, a sample mail server, six sample accounts, one tick of the schedule, told as it happens. */
async function main(): Promise<void> {
  const options = parseOptions(process.argv.slice(2))
  say(pc.bold('Postmaster demo: real mail from a mail server into the right queues, on this machine alone'))
  const assembly = options.app ?? (await synthesiseWhenStale(root, say))
  const server = await startSampleServer()
  let local: LocalStack | undefined
  const stop = async () => {
    await local?.stop()
    await server.stop()
  }
  try {
    local = await startLocal({
      assembly,
      data: options.data,
      port: options.port,
      schedule: options.schedule,
      // The sample mail server is on this machine and on ports of its own.
      parameters: { ...options.parameters, AllowPrivateAddresses: 'true', ExtraMailPorts: server.ports.join(',') },
    })
    await show(local, server, stop)
  } catch (error) {
    await stop()
    throw error
  }
}

async function show(local: LocalStack, server: SampleServer, stop: () => Promise<void>): Promise<void> {
  const api = new ApiClient({ url: local.apiUrl, token: local.token ?? '' })
  stopOnSignal(async () => {
    await restSamples(api)
    await stop()
  }, say)
  say(`Local stack at ${local.apiUrl}; sample mail server: ${server.name}`)
  const accounts = await setUpSamples(api, server)
  say(
    `Created through the API: ${accounts.length} mail accounts, one of each type, with their queues and system addresses`,
  )
  await fetchAndTell(api, local, server, accounts)
  farewell(local)
}

async function fetchAndTell(
  api: ApiClient,
  local: LocalStack,
  server: SampleServer,
  accounts: readonly SampleAccount[],
) {
  const before = new Map<string, string>()
  for (const { accountId } of accounts) {
    const run = await newestRun(api, accountId)
    if (run) before.set(accountId, run.runId)
  }
  say(`\nThe schedule fires (it does so every ten minutes): one run for each account\n`)
  await local.fireRule('Schedule')
  const { stored, announced, failed } = await narrate(api, accounts, before, say)
  say(`\n${stored} messages stored, ${announced} announced, ${failed} accounts failed`)
  const counts = await Promise.all(accounts.map(async ({ user }) => `${user} ${await server.count(user)}`))
  say(`Left on the mail server: ${counts.join(', ')}`)
}

function farewell(local: LocalStack): void {
  const data = shownPath(local.dataFolder)
  const where = data === '.local' ? '' : ` --token-file ${data}/token`
  const url = local.apiUrl.endsWith(':3210') ? '' : ` --url ${local.apiUrl}`
  say(`
${pc.bold('It stays up.')} Look around:
  curl -H "Authorization: Bearer $(cat ${data}/token)" ${local.apiUrl}/messages
  node cli/postmaster.mjs${url}${where} accounts list
  node cli/postmaster.mjs${url}${where} fetch --all

${pc.bold('Your own mailbox')} (fetched mail is deleted on its server, unless you say --after-fetch keep):
  node cli/postmaster.mjs${url}${where} accounts add --type IMAPS --host imap.example.com --username you@example.com --after-fetch keep

Ctrl-C stops everything; what was fetched stays in ${data}/.`)
}

await runProgram('The demo', main)
