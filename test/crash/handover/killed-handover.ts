import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, expect, it } from 'vitest'
import * as z from 'zod'
import { isEnded } from '../../../lib/handover/ledger/delivery.ts'
import { seededRandom } from '../../mail-server/random.ts'
import { type MailServer, startMailServer } from '../../mail-server/server.ts'
import { assembly, assemblyLimitMs } from '../../support/assembly.ts'
import { destinationOf } from '../../support/handover-world.ts'
import { accountOn, startStack, type TestStack } from '../../support/stack.ts'
import { KillsAtCalls } from './kills-at-calls.ts'
import { PassingTime } from './passing-time.ts'
import { TestAgent, WebhookReceiver } from './receivers.ts'

export interface HandoverKillPlan {
  /** The most kills of each function. */
  readonly kills: number
  readonly conversations: number
  readonly mailsPerConversation: number
  readonly seed: number
  readonly limitMs: number
}

const password = 'a-password-of-this-test'
const signingSecret = `whsec_${Buffer.alloc(32, 7).toString('base64')}`
const createdSchema = z.looseObject({ destinationId: z.string() })
const tokenSchema = z.looseObject({ token: z.string() })
/** Mail that arrives while kills are left. */
const mailsPerRound = 6
/** A request that was killed looks like one without deliveries. */
const emptyPolls = 2
/** In milliseconds. */
const lookEvery = 20
const calmLooks = 15

/** Kills the functions of hand-over at random while mail flows to a webhook and to an agent. */
export const describeKilledHandover = (plan: HandoverKillPlan): void => {
  const random = seededRandom(plan.seed)
  const kills = new KillsAtCalls(plan.kills, random)
  const webhook = new WebhookReceiver()
  let server: MailServer
  let stack: TestStack
  let time: PassingTime
  let agent: TestAgent
  let destinationIds: { readonly webhook: string; readonly pull: string }
  let accountId: string

  beforeAll(async () => {
    await assembly()
    const port = await webhook.start()
    server = await startMailServer({ users: [{ name: 'desk', password }] })
    stack = await startStack({
      servers: [server],
      parameters: { ExtraWebhookPorts: String(port), AllowClearTextOnLoopback: 'true' },
      onInvocation: kills.onInvocation,
      onServiceCall: kills.onServiceCall,
    })
    time = new PassingTime(stack)
    const create = async (body: object) =>
      createdSchema.parse((await stack.api.good('POST', '/destinations', { body })).body).destinationId
    destinationIds = {
      webhook: await create({
        name: 'Tickets',
        kind: 'webhook',
        limits: { concurrency: 2 },
        webhook: { url: `http://127.0.0.1:${port}/hook`, signingSecret },
      }),
      pull: await create({ name: 'Agent', kind: 'pull' }),
    }
    const token = await stack.api.good('POST', `/destinations/${destinationIds.pull}/tokens`, { body: {} })
    agent = new TestAgent(stack.local.apiUrl, tokenSchema.parse(token.body).token)
    accountId = (await stack.api.createAccount({ ...accountOn(server, 'IMAPS', 'desk'), password })).accountId
  }, assemblyLimitMs)

  afterAll(async () => {
    time?.close()
    await stack?.[Symbol.asyncDispose]()
    await server?.stop()
    webhook.stop()
  })

  /** Waits until no function has run for a moment. Wakes in the group of a killed one stay in the queue. */
  const quiet = async () => {
    for (let calm = 0; calm < calmLooks; ) {
      await sleep(lookEvery)
      calm = stack.local.running() === 0 ? calm + 1 : 0
    }
  }

  /** The lanes from which the agent's deliveries were put into quarantine, after two doubts, so that others overtook them. */
  const overtaken = new Set<string>()

  const round = async (mails: readonly Buffer[]) => {
    if (mails.length > 0) {
      server.user('desk').inbox.appendAll(mails)
      await stack.api.ended(await stack.api.fetchNow(accountId))
    }
    await quiet()
    for (let empty = 0; empty < emptyPolls; ) empty = (await agent.work()) ? 0 : empty + 1
    await quiet()
    await time.pass(kills.takeHeld())
    await stack.local.fireRule('DeliverySweep')
    for (const { deliveryId, lane, state } of await time.deliveries()) {
      if (state !== 'quarantined') continue
      overtaken.add(lane)
      await stack.api.send('POST', `/deliveries/${deliveryId}/retry`, { body: {} })
    }
    await quiet()
  }

  it('killed functions of hand-over lose no mail, keep the order, and leave nothing unplanned or open', {
    timeout: plan.limitMs,
  }, async () => {
    const mails = mailsOf(plan)
    const total = mails.length
    for (;;) {
      await round(mails.splice(0, kills.isOver ? mails.length : mailsPerRound))
      if (mails.length > 0) continue
      const deliveries = await time.deliveries()
      const isOpen = deliveries.length < 2 * total || deliveries.some((one) => !isEnded(one) || one.dueAt !== undefined)
      if (!isOpen && (await time.openMarkers()) === 0) break
      // The kills that the mail does not use up could otherwise prevent the end for long.
      if (deliveries.every(isEnded)) kills.end()
    }

    const all = mailsOf(plan).map((mail) => /^Subject: (.+)\r$/m.exec(mail.toString())?.[1] ?? '')
    const [byWebhook, byAgent] = [webhook, agent].map(({ subjects }) => [...new Set(subjects)])
    // Otherwise, the functions have become so quick that the kills come too late.
    expect(sumOf(kills.killed)).toBeGreaterThanOrEqual(2 * plan.kills)
    expect(byWebhook?.toSorted()).toEqual(all.toSorted())
    expect(byAgent?.toSorted()).toEqual(all.toSorted())
    expect(agent.damaged).toEqual([])
    expect(byConversation(byWebhook)).toEqual(byConversation(all))
    const inOrder = await withoutOvertaken(all)
    const wanted = new Set(inOrder)
    expect(byConversation(byAgent?.filter((subject) => wanted.has(subject)))).toEqual(byConversation(inOrder))
    expect(await time.unplanned()).toBe(0)
    const destinations = [destinationOf(destinationIds.webhook), destinationOf(destinationIds.pull, { kind: 'pull' })]
    expect(await time.missing(destinations)).toEqual(new Map())
  })

  const withoutOvertaken = async (subjects: readonly string[]): Promise<string[]> => {
    const deliveries = (await time.deliveries()).filter(({ lane }) => overtaken.has(lane))
    const ids = new Set(deliveries.map(({ messageId }) => messageId))
    const messages = await stack.api.messages(`accountId=${accountId}`)
    const gone = new Set(messages.filter(({ messageId }) => ids.has(messageId)).map(({ header }) => header?.subject))
    return subjects.filter((subject) => !gone.has(subject))
  }
}

/** The mails of all conversations in turn. Each names its predecessors, so that its place is known. */
const mailsOf = ({ conversations, mailsPerConversation }: HandoverKillPlan): Buffer[] =>
  Array.from({ length: mailsPerConversation }, (_, number) =>
    Array.from({ length: conversations }, (_, conversation) => {
      const ids = Array.from({ length: number }, (_, earlier) => `<${conversation}-${earlier}@example.com>`)
      return Buffer.from(
        [
          'From: Ann <ann@example.com>',
          `Subject: Conversation ${conversation}, mail ${number}`,
          `Message-ID: <${conversation}-${number}@example.com>`,
          ...(ids.length > 0 ? [`References: ${ids.join(' ')}`] : []),
          'X-OTOBO-Queue: Board',
          '',
          'It burns.',
          '',
        ].join('\r\n'),
      )
    }),
  ).flat()

const sumOf = (counts: ReadonlyMap<string, number>): number => [...counts.values()].reduce((sum, one) => sum + one, 0)

const byConversation = (subjects: readonly string[] = []) =>
  Map.groupBy(subjects, (subject) => subject.replace(/,.*/, ''))
