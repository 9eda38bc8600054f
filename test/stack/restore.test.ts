import { cpSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DynamoDBClient } from '@aws-sdk/client-dynamodb'
import { ListObjectsV2Command, ListObjectVersionsCommand, S3Client } from '@aws-sdk/client-s3'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { Table } from '../../lib/tables/table.ts'
import { smallMessages } from '../mail-server/corpus.ts'
import { type MailServer, startMailServer } from '../mail-server/server.ts'
import { Consumer } from '../support/announcements.ts'
import { assembly, assemblyLimitMs } from '../support/assembly.ts'
import { sha256 } from '../support/raw-mail.ts'
import { accountOn, startStack, type TestStack } from '../support/stack.ts'

const password = 'the-password-an-hour-ago'
const newPassword = 'the-password-of-today'
const data = mkdtempSync(join(tmpdir(), 'postmaster-restore-'))
const backup = join(data, 'backup-of-the-tables')
const folder = join(data, 'data')
let server: MailServer

beforeAll(async () => {
  await assembly()
  const names = ['deleted', 'kept', 'pop', 'changed', 'new']
  server = await startMailServer({ users: names.map((name) => ({ name, password })) })
}, assemblyLimitMs)

afterAll(async () => {
  await server?.stop()
  rmSync(data, { recursive: true, force: true })
})

const start = () => startStack({ data: folder, schedule: false, servers: [server] })

const arrive = (user: string, seed: number): Buffer[] => {
  const mails = smallMessages(2, { seed })
  server.user(user).inbox.appendAll(mails)
  return mails
}

const fetched = async (stack: TestStack, accountIds: readonly string[]) => {
  for (const accountId of accountIds)
    expect(await stack.api.ended(await stack.api.fetchNow(accountId))).toMatchObject({ state: 'done' })
  await stack.settled()
}

/** @returns the messages that have a row, as `<ID> <SHA-256>` */
const rows = async (stack: TestStack): Promise<Set<string>> =>
  new Set((await stack.api.messages('')).map(({ messageId, sha256: hash }) => `${messageId} ${hash}`))

/** @returns the keys of the raw mail, and how many versions they have together */
const rawMail = async (stack: TestStack) => {
  const client = new S3Client({ ...stack.local.clientConfig, endpoint: stack.local.endpoints.s3, forcePathStyle: true })
  const Bucket = stack.resource('RawMailBucket')
  const { Contents = [] } = await client.send(new ListObjectsV2Command({ Bucket }))
  const { Versions = [] } = await client.send(new ListObjectVersionsCommand({ Bucket }))
  client.destroy()
  return { keys: new Set(Contents.map(({ Key }) => String(Key))), versions: Versions.length }
}

/** Makes messages an hour older. The sweep announces only messages that were stored 15 minutes ago. */
const age = async (stack: TestStack, messageIds: readonly string[]) => {
  const client = new DynamoDBClient({ ...stack.local.clientConfig, endpoint: stack.local.endpoints.dynamodb })
  const messages = new Table(client, stack.resource('TablesMessages'), { partitionKey: 'messageId' })
  const storedAt = new Date(Date.now() - 3_600_000).toISOString()
  for (const messageId of messageIds)
    await messages.update(messageId, { text: 'SET #storedAt = :storedAt', values: { storedAt } })
  client.destroy()
}

it('after tables are restored from an hour ago, everything goes on: no mail is imported twice, and none is lost', {
  timeout: 300_000,
}, async () => {
  const accounts = new Map<string, string>()
  const idsOf = (...names: string[]) => names.map((name) => accounts.get(name) ?? '')
  const create = async (stack: TestStack, name: string, more: object = {}) => {
    const type = name === 'pop' ? 'POP3S' : 'IMAPS'
    const settings = { ...accountOn(server, type, name), authentication: 'password', password, ...more }
    accounts.set(name, (await stack.api.createAccount(settings)).accountId)
  }
  const keep = { afterFetch: { action: 'keep' } }

  // An hour ago: four accounts with mail, and the backup.
  for (const [at, name] of ['deleted', 'kept', 'pop', 'changed'].entries()) arrive(name, 10 + at)
  {
    await using stack = await start()
    await create(stack, 'deleted')
    await create(stack, 'kept', keep)
    await create(stack, 'pop')
    await create(stack, 'changed')
    await fetched(stack, idsOf('deleted', 'kept', 'pop', 'changed'))
    expect((await rows(stack)).size).toBe(8)
  }
  cpSync(join(folder, 'dynamodb'), backup, { recursive: true })

  // The hour that the restore takes back: more mail, a changed password and a new account.
  const gone = [...arrive('deleted', 20), ...arrive('pop', 21)]
  const ofNewAccount = arrive('new', 22)
  arrive('kept', 23)
  let before = new Set<string>()
  let raw = { keys: new Set<string>(), versions: 0 }
  {
    await using stack = await start()
    await fetched(stack, idsOf('deleted', 'kept', 'pop'))
    server.user('changed').password = newPassword
    const [changed = ''] = idsOf('changed')
    await stack.api.good('PATCH', `/accounts/${changed}`, { ifMatch: '*', body: { password: newPassword } })
    await create(stack, 'new', keep)
    await fetched(stack, idsOf('changed', 'new'))
    before = await rows(stack)
    raw = await rawMail(stack)
    expect(before.size).toBe(16)
    expect(raw).toMatchObject({ keys: { size: 16 }, versions: 16 })
  }

  // The restore: the tables of an hour ago, with the bucket, the queues and the secrets as they are now.
  rmSync(join(folder, 'dynamodb'), { recursive: true })
  cpSync(backup, join(folder, 'dynamodb'), { recursive: true })
  await using stack = await start()
  expect((await rows(stack)).size).toBe(8)

  // Mail that is still on its server gets its row again, under the same ID, without another version of its bytes.
  await fetched(stack, idsOf('deleted', 'kept', 'pop'))
  const kept = await rows(stack)
  expect([...kept].filter((row) => !before.has(row))).toEqual([])
  expect(kept.size).toBe(10)
  expect(await stack.api.messages(`accountId=${idsOf('kept')}`)).toHaveLength(4)
  expect(new Set((await stack.api.messages('')).map(({ state }) => state))).toEqual(new Set(['announced']))
  const again = await rawMail(stack)
  expect(again.keys).toEqual(raw.keys)

  // Mail that had left its server has no row, but its bytes are in the bucket: exactly the keys without a row.
  const hashes = new Map([...before].map((row) => row.split(' ') as [string, string]))
  const known = new Set([...kept].map((row) => row.split(' ')[0]))
  const withoutRow = [...raw.keys].filter((key) => !known.has(key))
  const lost = [...gone, ...ofNewAccount].map(sha256)
  expect(withoutRow.map((key) => hashes.get(key)).toSorted()).toEqual(lost.toSorted())

  // A dry run counts them, and writes nothing.
  const consumer = await Consumer.subscribe(stack)
  const from = '2000-01-01T00:00:00Z'
  const recover = async (more: object) =>
    (await stack.api.good('POST', '/messages/recover', { body: { from, ...more } })).body
  const found = { examined: 16, withoutRecord: 6, recovered: 6, problems: [] }
  expect(await recover({ dryRun: true })).toEqual(found)
  expect(await rows(stack)).toEqual(kept)

  // Recovered: every row is back under its ID. Mail of the account that is gone waits in the default queue.
  expect(await recover({})).toEqual(found)
  expect(await rows(stack)).toEqual(before)
  const ofLostAccount = await stack.api.messages(`accountId=${idsOf('new')}`)
  expect(ofLostAccount).toHaveLength(2)
  for (const message of ofLostAccount)
    expect(message).toMatchObject({
      ...{ state: 'stored', trusted: false, queueName: 'Raw', recoveredAt: expect.any(String) },
      reason: { code: 'default-queue', detail: expect.stringContaining('was deleted') },
    })

  // The schedule announces them under the same IDs. Recovering again changes nothing, and no mail is imported again.
  await age(stack, withoutRow)
  await stack.tick()
  expect((await consumer.takeAll()).map(({ messageId }) => messageId).toSorted()).toEqual(withoutRow.toSorted())
  expect(await recover({})).toEqual({ examined: 16, withoutRecord: 0, recovered: 0, problems: [] })
  expect(await rows(stack)).toEqual(before)
  expect((await rawMail(stack)).keys).toEqual(raw.keys)

  // The password of an hour ago is wrong now. A person enters the present one.
  const [changed = ''] = idsOf('changed')
  expect(await stack.api.ended(await stack.api.fetchNow(changed))).toMatchObject({
    state: 'failed',
    error: { code: 'credentials-rejected' },
  })
  await stack.api.good('PATCH', `/accounts/${changed}`, { ifMatch: '*', body: { password: newPassword } })
  arrive('changed', 30)
  await fetched(stack, [changed])
  expect(await stack.api.messages(`accountId=${changed}`)).toHaveLength(4)

  // New mail arrives everywhere, and the schedule goes on.
  for (const [at, name] of ['deleted', 'kept', 'pop'].entries()) arrive(name, 40 + at)
  await stack.tick()
  expect((await rows(stack)).size).toBe(24)
  expect(server.user('deleted').inbox.messages).toEqual([])
  expect(server.user('pop').inbox.messages).toEqual([])
})
