import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import * as z from 'zod'
import { messageLineSchema } from '../../lib/messages/message-line.ts'
import { type ConversationView, conversationViewSchema } from '../../lib/runs/read-conversation.ts'
import { type RunView, runViewSchema } from '../../lib/runs/view-runs.ts'
import { requestedRunSchema } from '../../lib/schedule/request-runs.ts'
import { runCli } from '../cli/run-cli.ts'
import { smallMessages } from '../mail-server/corpus.ts'
import type { Fault } from '../mail-server/faults.ts'
import { type MailServer, startMailServer } from '../mail-server/server.ts'
import { assembly, assemblyLimitMs } from '../support/assembly.ts'
import { accountOn, startStack, type TestStack } from '../support/stack.ts'

const password = 'a-password-of-this-test'
const messages = 900

/** A server that takes a while for each chunk, and answers the last one only when the test lets it. */
const slowServer = () => {
  const lastChunk = Promise.withResolvers<void>()
  let chunks = 0
  const fault: Fault = {
    onCommand: async (_, { name, args }) => {
      if (name !== 'UID FETCH' || !args.includes('BODY')) return undefined
      chunks += 1
      // The time of a slow server is the subject here: a run shows its progress once a second.
      await (chunks < 4 ? sleep(500) : lastChunk.promise)
      return 'continue'
    },
  }
  return { fault, letGo: lastChunk.resolve }
}

let server: MailServer
let stack: TestStack
beforeAll(async () => {
  await assembly()
  server = await startMailServer({ users: [{ name: 'live', password }] })
  stack = await startStack({ servers: [server] })
}, assemblyLimitMs)
afterAll(async () => {
  await stack?.[Symbol.asyncDispose]()
  await server?.stop()
})

const get = async <T>(path: string, schema: z.ZodType<T>): Promise<T> =>
  schema.parse((await stack.api.good('GET', path)).body)

describe('a run that goes on', () => {
  it('a run shows its progress, its messages and its conversation while it goes on', async () => {
    const { fault, letGo } = slowServer()
    server.faults = [fault]
    server.user('live').inbox.appendAll(smallMessages(messages))
    const { accountId } = await stack.api.createAccount({ ...accountOn(server, 'IMAPS', 'live'), password })
    const ask = async (body: object): Promise<string> => {
      const asked = await stack.api.good('POST', `/accounts/${accountId}/fetch`, { body })
      const [run] = z.object({ runs: z.array(requestedRunSchema) }).parse(asked.body).runs
      return run?.runId ?? ''
    }
    const runId = await ask({ debug: true })
    const path = `/runs/${runId}`
    const read = (): Promise<RunView> => get(path, runViewSchema)
    try {
      await expect.poll(async () => (await read()).counts.stored, { timeout: 60_000 }).toBeGreaterThan(0)
      const { state, counts, connection, bytes } = await read()
      expect({ state, found: counts.found }).toEqual({ state: 'running', found: messages })
      expect(counts.left).toBeGreaterThan(0)
      expect(counts.stored + counts.alreadyKnown + counts.skipped + counts.left).toBe(messages)
      expect(bytes).toBeGreaterThan(0)
      expect(connection).toMatchObject({ folder: 'INBOX', messages, login: expect.any(String), logins: 1 })

      const lines = await get(`${path}/messages?limit=100`, z.object({ items: z.array(messageLineSchema) }))
      expect(lines.items).toHaveLength(100)
      const said = async (after: number): Promise<ConversationView> =>
        await get(`${path}/conversation?after=${after}`, conversationViewSchema)
      const first = await said(0)
      expect(first.ended).toBe(false)
      expect(first.lines.map(({ text }) => text).join('\n')).toMatch(/SELECT[\s\S]*UID FETCH/)

      const waiting = await ask({})
      expect((await get(`/runs/${waiting}`, runViewSchema)).queuedBehind).toBe(runId)
      const options = ['--url', stack.local.apiUrl, '--token-file', join(stack.local.dataFolder, 'token')]
      expect((await runCli(...options, 'runs', 'show', runId)).out).toMatch(/running, \d+ of 900 messages\n/)
      expect((await runCli(...options, 'accounts', 'show', accountId)).out).toMatch(
        new RegExp(`Fetching\trunning, \\d+ of 900 messages, ${runId}\n`),
      )

      letGo()
      const ended = await stack.api.ended(runId)
      expect(ended).toMatchObject({ state: 'done', counts: { found: messages, stored: messages, left: 0 } })
      const rest = await said(first.after)
      expect(rest).toMatchObject({ ended: true, after: ended.conversation?.parts })
      expect(rest.lines.map(({ text }) => text).join('\n')).toContain('UID EXPUNGE')
      expect((await stack.api.ended(waiting)).state).toBe('done')
    } finally {
      letGo()
    }
  })
})
