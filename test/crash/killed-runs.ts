import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { type FauxqsServer, startFauxqs } from 'fauxqs'
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest'
import type { AccountType } from '../../lib/accounts/account-type.ts'
import { announcementSchema } from '../../lib/messages/announcement.ts'
import { messageSchema } from '../../lib/messages/message.ts'
import { type Run, runSchema } from '../../lib/runs/run.ts'
import { type TableName, tables as tableDefinitions } from '../../lib/tables/tables.ts'
import { anAccount } from '../lib/fetching/memory-services.ts'
import { smallMessages } from '../mail-server/corpus.ts'
import { asSentByPop3 } from '../mail-server/pop3/dot-stuffing.ts'
import { startMailServer } from '../mail-server/server.ts'
import { startTables, type TestTables } from '../support/dynamo.ts'
import type { CollectorSettings, Step } from './collector-process.ts'

/** After which step a run is killed, and after how many times of it. */
type Death = readonly [Step, number]

export const everyDeath: readonly Death[] = [
  ['list', 1],
  ['fetch', 1],
  ['fetch', 7],
  ['store', 1],
  ['store', 7],
  ['row', 1],
  ['row', 7],
  ['announce', 1],
  ['announce', 7],
  ['mark', 1],
  ['mark', 7],
  ['delete', 1],
]
const mails = smallMessages(12)
const password = 'correct horse'

let dynamo: TestTables
let messaging: FauxqsServer

/** One account, one mailbox with twelve messages, one topic with a subscribed queue that hears everything. */
const setUp = async (type: AccountType, name: string) => {
  // Its own for each test: one that fails late must not stop the server of the next.
  const server = await startMailServer({ users: [{ name, password }] })
  onTestFinished(() => server.stop())
  server.user(name).inbox.appendAll(mails)
  messaging.createTopic(name)
  messaging.createQueue(name)
  const topicArn = `arn:aws:sns:us-east-1:000000000000:${name}`
  messaging.subscribe({ topic: name, queue: name })
  const account = anAccount({
    accountId: name,
    type,
    host: 'localhost',
    port: server.port(type),
    username: name,
    customCa: server.caPem,
    folder: type.startsWith('IMAP') ? 'INBOX' : undefined,
  })
  await dynamo.table('accounts').put({ ...account })
  const settings = {
    dynamoUrl: `http://127.0.0.1:${(await dynamo.client.config.endpoint?.())?.port}`,
    tableNames: Object.fromEntries(
      Object.keys(tableDefinitions).map((table) => [table, dynamo.tableName(table as TableName)]),
    ) as Record<TableName, string>,
    messagingUrl: `http://127.0.0.1:${messaging.port}`,
    bucket: 'raw',
    topicArn,
    accountId: name,
    password,
  }
  return { settings, inbox: server.user(name).inbox }
}

const collect = async (settings: CollectorSettings): Promise<Run | 'killed'> => {
  const child = spawn(
    process.execPath,
    [fileURLToPath(new URL('collector-process.ts', import.meta.url)), JSON.stringify(settings)],
    { stdio: ['ignore', 'pipe', 'inherit'] },
  )
  let output = ''
  child.stdout.on('data', (chunk) => {
    output += String(chunk)
  })
  const [code, signal] = await once(child, 'close')
  if (signal === 'SIGKILL') return 'killed'
  expect(code).toBe(0)
  return runSchema.parse(JSON.parse(output))
}

const announcedIds = (queue: string): string[] =>
  (messaging.inspectQueue(queue)?.messages.ready ?? []).map(({ body }) => {
    const envelope: { Message: string } = JSON.parse(body)
    return announcementSchema.parse(JSON.parse(envelope.Message)).messageId
  })

const storedRows = async (accountId: string) => {
  const { rows } = await dynamo.table('messages').query({ index: 'by-account', partition: ['accountId', accountId] })
  const ids = rows.map(({ messageId }) => String(messageId))
  return (await dynamo.table('messages').getMany(ids)).map((row) => messageSchema.parse(row))
}

const rawBytes = async (messageId: string): Promise<Buffer> => {
  const response = await fetch(`http://127.0.0.1:${messaging.port}/raw/${messageId}`)
  return Buffer.from(await response.arrayBuffer())
}

/** The runs go by the machine's clock: the second tick must be later than the start of the first. */
const slotIn = (minutes: number) => new Date(Date.now() + minutes * 60_000).toISOString()

/** Kills a run after each of these deaths, and expects the next one to make up for it. */
export const describeKilledRuns = (deaths: readonly Death[]): void => {
  beforeAll(async () => {
    dynamo = await startTables()
    messaging = await startFauxqs({ port: 0, host: '127.0.0.1', logger: false })
    messaging.createBucket('raw')
  })
  afterAll(async () => {
    await messaging.stop()
    await dynamo.stop()
  })

  describe.each(['IMAPS', 'POP3S'] as const)('a %s run killed', (type) => {
    it.each(deaths)('after %s number %i loses nothing, stores once and announces under one id', async (step, times) => {
      const name = `${type}-${step}-${times}`.toLowerCase()
      const { settings, inbox } = await setUp(type, name)
      expect(await collect({ ...settings, slot: slotIn(0), dieAfter: { step, times } })).toBe('killed')
      const onServer = inbox.messages.length
      expect(onServer + (await storedRows(name)).length).toBeGreaterThanOrEqual(mails.length)
      const run = await collect({ ...settings, slot: slotIn(30) })
      expect(run).toMatchObject({
        state: 'done',
        counts: { skipped: 0, left: 0, found: onServer, deleted: onServer },
      })
      expect(inbox.messages).toEqual([])

      const rows = await storedRows(name)
      expect(rows).toHaveLength(mails.length)
      expect(rows.every(({ state }) => state === 'announced')).toBe(true)
      const bytes = await Promise.all(rows.map(({ messageId }) => rawBytes(messageId)))
      const expected = type === 'POP3S' ? mails.map((mail) => asSentByPop3(mail)) : mails
      expect(bytes.map(String).toSorted()).toEqual(expected.map(String).toSorted())

      const announced = announcedIds(name)
      expect(new Set(announced)).toEqual(new Set(rows.map(({ messageId }) => messageId)))
    })
  })
}
