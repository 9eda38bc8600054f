import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { startMailServer } from '../../mail-server/server.ts'
import { takesTokensOf } from '../../mail-server/token-faults.ts'
import { startOAuth2Server } from '../../oauth2-server/server.ts'
import { OAuth2Stack } from '../../support/oauth2-stack.ts'
import { accountOn } from '../../support/stack.ts'
import { Meter } from './meter.ts'
import { type Usage, usagePer } from './usage.ts'

/** What each piece of work uses. */
export interface Measured {
  readonly tick: Usage
  readonly sweep: Usage
  readonly endGrants: Usage
  readonly secretSweep: Usage
  /** A fetch of an empty mailbox by the schedule, including its share of the tick. */
  readonly poll: Usage
  readonly tokenPoll: Usage
  readonly message: Usage
  /** One delivery of a message to a webhook. */
  readonly delivery: Usage
  /** How many metrics the functions have sent: those of each destination, and all others. */
  readonly metrics: { readonly always: number; readonly perDestination: number }
}

const passwordAccounts = 20
const tokenAccounts = 3
const messagesPerAccount = 10
const password = 'a-password'
const nameOf = (index: number): string => `desk-${index}`
const emailOf = (index: number): string => `token-${index}@example.com`
const range = (count: number): number[] => Array.from({ length: count }, (_, index) => index)

/** A mail of about 5 KB, as most are without attachments. */
const mail = (number: number): Buffer =>
  Buffer.from(
    `From: Ann <ann@example.com>\r\nTo: desk@example.com\r\nSubject: Question ${number}\r\nMessage-ID: <${number}@example.com>\r\n\r\n${'The printer burns.\r\n'.repeat(250)}`,
  )

/** Runs each piece of work on the whole local stack, and counts the calls of its functions. */
export const measureUsage = async (): Promise<Measured> => {
  const people = range(tokenAccounts).map((index) => ({ email: emailOf(index), password }))
  await using server = disposable(await startOAuth2Server({ users: people, policy: { onRefresh: 'rotate' } }))
  await using mailServer = disposable(
    await startMailServer({
      users: [
        ...range(passwordAccounts).map((index) => ({ name: nameOf(index), password })),
        ...people.map(({ email }) => ({ name: email, password: 'not used' })),
      ],
      quirks: { tokenMechanisms: ['XOAUTH2'] },
      faults: [takesTokensOf(server.it)],
    }),
  )
  await using receiver = await startReceiver()
  const meter = new Meter()
  await using world = await OAuth2Stack.start({
    server: server.it,
    mail: mailServer.it,
    parameters: { ExtraWebhookPorts: String(receiver.port) },
    onServiceCall: meter.onServiceCall,
    onEvent: meter.onEvent,
  })
  const { stack, api } = world
  const used = async (work: () => Promise<unknown>): Promise<Usage> => {
    await meter.take(stack.local)
    await work()
    return await meter.take(stack.local)
  }
  const rule = (name: string) => async () => {
    for (const { status } of await stack.local.fireRule(name))
      if (status !== 'ok') throw new Error(`${name} ended ${status}`)
  }
  // The first invocation of a function does work that later ones do not repeat.
  const secondTime = async (work: () => Promise<unknown>): Promise<Usage> => {
    await work()
    return await used(work)
  }
  const tick = await secondTime(() => stack.tick())
  const sweep = await secondTime(rule('DeliverySweep'))
  const endGrants = await secondTime(rule('EndGrants'))
  const secretSweep = await secondTime(rule('SecretSweep'))

  for (const index of range(passwordAccounts))
    await api.createAccount({ ...accountOn(mailServer.it, 'IMAPS', nameOf(index)), password })
  const polls = await secondTime(() => stack.tick())

  const perAccount = range(messagesPerAccount)
  const deliver = (from: number) => {
    for (const index of range(passwordAccounts))
      mailServer.it.user(nameOf(index)).inbox.appendAll(perAccount.map((number) => mail(from + index * 100 + number)))
  }
  const collected = await used(async () => {
    deliver(0)
    await stack.tick()
  })
  const messages = passwordAccounts * messagesPerAccount

  const webhook = {
    url: `http://127.0.0.1:${receiver.port}/hook`,
    signingSecret: `whsec_${Buffer.alloc(32, 7).toString('base64')}`,
  }
  await api.good('POST', '/destinations', { body: { name: 'Tickets', kind: 'webhook', webhook } })
  const handedOver = await used(async () => {
    deliver(10_000)
    await stack.tick()
    await receiver.got(messages)
    await stack.settled()
  })
  // With the destination, the sweep has something to look at.
  const sweepWithDestination = await secondTime(rule('DeliverySweep'))

  const beforeTokens = await secondTime(() => stack.tick())
  for (const index of range(tokenAccounts)) {
    const { accountId } = await world.createAccount('IMAPS', emailOf(index))
    await world.connect(accountId, { email: emailOf(index), password })
  }
  const withTokens = await secondTime(() => stack.tick())

  // There is one destination.
  const all = [...meter.metrics]
  const ofDestination = all.filter((metric) => metric.includes('destination='))
  const poll = usagePer(polls, tick, 1, passwordAccounts)
  const message = usagePer(collected, polls, 1, messages)
  return {
    tick,
    sweep: sweepWithDestination.writeUnits > sweep.writeUnits ? sweepWithDestination : sweep,
    endGrants,
    secretSweep,
    poll,
    tokenPoll: usagePer(withTokens, beforeTokens, 1, tokenAccounts),
    message,
    delivery: usagePer(handedOver, collected, 1, messages),
    metrics: { always: all.length - ofDestination.length, perDestination: ofDestination.length },
  }
}

const startReceiver = async () => {
  const ids = new Set<string>()
  const server = createServer((request, response) => {
    ids.add(String(request.headers['webhook-id']))
    request.resume().on('end', () => response.writeHead(200, { 'content-type': 'application/json' }).end('{}'))
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    port: (server.address() as AddressInfo).port,
    got: async (count: number) => {
      for (
        const until = Date.now() + 120_000;
        ids.size < count;
        await new Promise((resolve) => setTimeout(resolve, 100))
      )
        if (Date.now() > until) throw new Error(`The receiver has got ${ids.size} of ${count} messages.`)
    },
    [Symbol.asyncDispose]: async () => void server.close(),
  }
}

const disposable = <T extends { stop(): Promise<unknown> }>(it: T) => ({
  it,
  [Symbol.asyncDispose]: async () => void (await it.stop()),
})
