import { fileURLToPath } from 'node:url'
import { ApiClient } from '../cli/api/client.ts'
import { Logins } from '../cli/api/places/logins.ts'
import { colours } from '../cli/terminal/colours.ts'
import { checkPort } from '../local/common/loopback-server.ts'
import { noteRun } from '../local/known-run.ts'
import { parseOptions, usage } from '../local/options.ts'
import { runProgram, shownPath, stopOnSignal } from '../local/program.ts'
import { pageAddress, reporter } from '../local/report.ts'
import type { LocalStack } from '../local/start-local.ts'
import { synthesiseWhenStale } from '../local/synthesise.ts'
import type { OAuth2Server } from '../test/oauth2-server/server.ts'
import { type DemoStack, startDemoStack } from './demo-stack.ts'
import { type SampleAgent, startSampleAgent } from './sample-agent.ts'
import type { SampleServer } from './sample-server.ts'
import { type FetchedAccount, restSamples, type SampleAccount, setUpSamples } from './set-up.ts'
import { restHandover, setUpHandover } from './set-up-handover.ts'
import { forgetEarlierOAuth2 } from './set-up-oauth2.ts'
import { say } from './telling/mail-line.ts'
import { narrate } from './telling/narrate.ts'
import { tellConsent } from './telling/tell-consent.ts'
import { tellHandover, ticketLine } from './telling/tell-handover.ts'

const root = fileURLToPath(new URL('..', import.meta.url))

/**
 * `npm run demo` starts the local stack, a sample mail server and six sample accounts, which are fetched as they are saved.
 * Their mail is handed over to a sample webhook and a Maildir. It then connects a seventh account with OAuth2 and prints
 * each step.
 */
const main = async (): Promise<void> => {
  const options = parseOptions(process.argv.slice(2))
  if (options.help) return say(usage('npm run demo'))
  await checkPort(options.port)
  say(colours.bold('Postmaster demo: real mail from a mail server becomes tickets, all on this machine'))
  const assembly = options.app ?? (await synthesiseWhenStale(root, say))
  let live = false
  const stack = await startDemoStack(
    {
      assembly,
      data: options.data,
      port: options.port,
      schedule: options.schedule,
      parameters: options.parameters,
      ...(options.verbose && { onEvent: reporter(say, options) }),
    },
    (ticket) => {
      if (live) say(`Webhook\n${ticketLine(ticket)}`)
    },
  )
  try {
    await show(stack)
    live = true
  } catch (error) {
    await stack.stop()
    throw error
  }
}

const show = async ({ local, mail, signIn, receiver, stop }: DemoStack): Promise<void> => {
  noteRun(local, say)
  const api = new ApiClient({ url: local.apiUrl, token: local.token ?? '' })
  let agent: SampleAgent | undefined
  stopOnSignal(async () => {
    await agent?.stop()
    await restSamples(api)
    await restHandover(api)
    await stop()
  }, say)
  const page = pageAddress(local)
  if (page !== undefined) say(`\n${colours.bold('Admin page')}: ${colours.bold(page)}\n`)
  say(`Local stack: ${local.apiUrl}. Sample mail server: ${mail.name}`)
  await forgetEarlierOAuth2(api)
  // The destinations come first, because a message is handed over to those that exist when it is announced.
  agent = await startSampleAgent(local.apiUrl, await setUpHandover(api, receiver), local.dataFolder)
  const before = agent.count()
  const accounts = await setUpSamples(api, mail)
  say(
    `Created through the API: ${accounts.length} mail accounts, one of each type, with their queues and system addresses`,
  )
  const announced = await fetchAndTell(api, mail, accounts)
  await tellHandover({ receiver, agent, before }, announced, say)
  const connected = await tellConsent(api, mail, signIn, say)
  farewell(local, connected, signIn)
}

/** @returns the number of announced messages */
const fetchAndTell = async (
  api: ApiClient,
  mail: SampleServer,
  accounts: readonly FetchedAccount[],
): Promise<number> => {
  say(`\nEach account is fetched as soon as it is saved, and then every ten minutes\n`)
  const { stored, announced, failed } = await narrate(api, accounts, say)
  say(`\n${stored} messages stored, ${announced} announced, ${failed} accounts failed`)
  const counts = await Promise.all(accounts.map(async ({ user }) => `${user} ${await mail.count(user)}`))
  say(`Left on the mail server: ${counts.join(', ')}`)
  return announced
}

const farewell = (local: LocalStack, { user }: SampleAccount, signIn: OAuth2Server): void => {
  const data = shownPath(local.dataFolder)
  // Without an address, commands go to the deployment of a stored login.
  const isUsual = local.apiUrl.endsWith(':3210') && new Logins().current === undefined
  const url = isUsual ? '' : ` --url ${local.apiUrl}`
  const postmaster = `node cli/postmaster.mjs${url}`
  const [owner] = signIn.users
  say(`
${colours.bold('The stack keeps running.')} Explore it in a browser at ${colours.bold(pageAddress(local) ?? `${local.apiUrl}/docs`)}, or here:
  curl -H "Authorization: Bearer $(cat ${data}/token)" ${local.apiUrl}/messages
  ${postmaster} accounts list
  ${postmaster} deliveries list
  ${postmaster} fetch --all

${colours.bold('Give consent yourself')}: open the URL that this command prints, and sign in as ${owner?.email} with the password ${owner?.password}
  ${postmaster} oauth2 connect ${user}
  (The sample sign-in service uses plain HTTP, so the demo sets AllowClearTextOnLoopback. Use it only for servers on this machine, never in a deployment.)

${colours.bold('Add your own mailbox')}: the command asks for everything. Choose to keep fetched mail on its server.
  ${postmaster} accounts add

Press Ctrl-C to stop everything. The fetched mail stays in ${data}/.`)
}

await runProgram('The demo', main)
