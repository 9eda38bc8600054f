import { ListSecretsCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { smallMessages } from '../mail-server/corpus.ts'
import type { Fault } from '../mail-server/faults.ts'
import { type MailServer, startMailServer } from '../mail-server/server.ts'
import { assembly, assemblyLimitMs } from '../support/assembly.ts'
import { RawMail, sha256 } from '../support/raw-mail.ts'
import { accountOn, startStack, type TestStack } from '../support/stack.ts'
import type { AccountAnswer } from '../support/stack-api.ts'

const password = 'a-password-of-this-test'
const users = ['imap-user', 'pop3-user', 'resting-user', 'deleted-user']

let server: MailServer
let stack: TestStack
let imap: AccountAnswer
let pop3: AccountAnswer
let resting: AccountAnswer
let supportQueue: string

beforeAll(async () => {
  await assembly()
  server = await startMailServer({ users: users.map((name) => ({ name, password })) })
  stack = await startStack({ servers: [server] })
  supportQueue = await stack.api.createQueue('Support')
  const toSupport = { by: 'queue', queueId: supportQueue }
  imap = await stack.api.createAccount({ ...accountOn(server, 'IMAPS', 'imap-user'), password, dispatching: toSupport })
  pop3 = await stack.api.createAccount({ ...accountOn(server, 'POP3S', 'pop3-user'), password })
  const settings = { ...accountOn(server, 'IMAPS', 'resting-user'), password, validity: 'invalid-temporarily' }
  resting = await stack.api.createAccount(settings)
}, assemblyLimitMs)

afterAll(async () => {
  await stack?.[Symbol.asyncDispose]()
  await server?.stop()
})

const deliver = (user: string, count: number, seed: number): Buffer[] => {
  const messages = smallMessages(count, { seed })
  server.user(user).inbox.appendAll(messages)
  return messages
}

describe('fetch now', () => {
  it('fetching one account uses the same queue as the schedule and fetches no other account', async () => {
    deliver('imap-user', 3, 1)
    deliver('pop3-user', 2, 2)
    const run = await stack.api.ended(await stack.api.fetchNow(imap.accountId))
    expect(run).toMatchObject({ trigger: 'request', state: 'done', askedBy: 'local-admin', accountHost: 'localhost' })
    expect(run).toMatchObject({ accountUsername: 'imap-user', storedByQueue: { Support: 3 } })
    expect(run.counts).toMatchObject({ found: 3, stored: 3, deleted: 3, announced: 3 })
    expect(server.user('pop3-user').inbox.messages.length).toBe(2)
  })

  it('fetching all accounts fetches every valid account and no others', async () => {
    deliver('imap-user', 1, 3)
    deliver('resting-user', 1, 4)
    const asked = await stack.api.fetchAll()
    expect(asked.map(({ accountId }) => accountId).toSorted()).toEqual([imap.accountId, pop3.accountId].toSorted())
    const runs = await Promise.all(asked.map(({ runId }) => stack.api.ended(runId)))
    expect(runs.map(({ state }) => state)).toEqual(['done', 'done'])
    expect(server.user('resting-user').inbox.messages.length).toBe(1)
  })

  it('fetching an account that is not valid is refused with the reason', async () => {
    const problem = await stack.api.problem('POST', `/accounts/${resting.accountId}/fetch`)
    expect(problem).toMatchObject({ status: 409, code: 'account-not-valid' })
    expect(problem.detail).toContain('invalid-temporarily')
    expect(problem.remedy).toContain('`valid`')
  })

  it('fetching an account that does not exist returns 404', async () => {
    const problem = await stack.api.problem('POST', '/accounts/01ARZ3NDEKTSV4RRFFQ69G5FAV/fetch')
    expect(problem.code).toBe('not-found')
  })

  it('the runs of an account can be listed, newest first, and read individually', async () => {
    const runs = await stack.api.runsOf(imap.accountId)
    expect(runs.map(({ counts }) => counts.stored)).toEqual([1, 3])
    expect(await stack.api.run(runs[1]?.runId ?? '')).toEqual(runs[1])
    expect((await stack.api.send('GET', '/runs/01ARZ3NDEKTSV4RRFFQ69G5FAV')).status).toBe(404)
  })
})

describe('stored messages', () => {
  it('stored messages are listed by queue, account, run and state', async () => {
    const byQueue = await stack.api.messages(`queueId=${supportQueue}`)
    expect(byQueue.length).toBe(4)
    expect(byQueue.map(({ storedAt }) => storedAt)).toEqual(
      byQueue
        .map(({ storedAt }) => storedAt)
        .toSorted()
        .toReversed(),
    )
    expect((await stack.api.messages(`accountId=${pop3.accountId}`)).length).toBe(2)
    const [, first] = await stack.api.runsOf(imap.accountId)
    expect((await stack.api.messages(`runId=${first?.runId}`)).length).toBe(3)
    expect((await stack.api.messages(`accountId=${pop3.accountId}&state=announced`)).length).toBe(2)
    expect(await stack.api.messages(`accountId=${pop3.accountId}&state=ignored`)).toEqual([])
    expect(await stack.api.messages(`accountId=${pop3.accountId}&to=2020-01-01`)).toEqual([])
    const page = (await stack.api.good('GET', `/messages?queueId=${supportQueue}&limit=3`)).body
    expect(page).toMatchObject({ items: { length: 3 }, next: expect.any(String) })
  })

  it('a stored message shows why it is in its queue, and its bytes are available through a redirect (303)', async () => {
    const [message] = await stack.api.messages(`accountId=${pop3.accountId}`)
    const read = (await stack.api.good('GET', `/messages/${message?.messageId}`)).body
    expect(read).toMatchObject({ queueName: 'Raw', reason: { code: 'default-queue', detail: expect.any(String) } })
    const raw = await stack.api.send('GET', `/messages/${message?.messageId}/raw`)
    expect(raw).toMatchObject({ status: 303, text: '' })
    const location = new URL(raw.headers.get('location') ?? '')
    expect(Number(location.searchParams.get('X-Amz-Expires'))).toBe(300)
    const download = await fetch(location)
    expect(sha256(Buffer.from(await download.arrayBuffer()))).toBe(message?.sha256)
    location.pathname = location.pathname.replace(/.$/, (last) => (last === '0' ? '1' : '0'))
    expect((await fetch(location)).status).toBe(403)
  })

  it('an unknown message id returns 404, and a malformed one returns 400', async () => {
    expect((await stack.api.problem('GET', `/messages/${'0'.repeat(64)}`)).code).toBe('not-found')
    expect((await stack.api.problem('GET', `/messages/${'0'.repeat(64)}/raw`)).code).toBe('not-found')
    expect((await stack.api.problem('GET', '/messages/none')).code).toBe('invalid-request')
  })
})

describe('queues', () => {
  it('a queue that is in use cannot be deleted, and the refusal lists what uses it', async () => {
    await stack.api.createAddress('help@example.com', supportQueue)
    const problem = await stack.api.problem('DELETE', `/queues/${supportQueue}`, { ifMatch: '*' })
    expect(problem).toMatchObject({ status: 409, code: 'queue-in-use' })
    expect(problem.detail).toContain('help@example.com')
    expect(problem.detail).toContain('imap-user')
  })

  it('another default queue receives messages that match no rule, and cannot be deleted', async () => {
    const queueId = await stack.api.createQueue('Unsorted')
    await stack.api.good('PUT', '/default-queue', { body: { queueId }, ifMatch: '*' })
    expect((await stack.api.good('GET', '/default-queue')).body).toMatchObject({ queueId, name: 'Unsorted' })
    deliver('pop3-user', 1, 5)
    const run = await stack.api.ended(await stack.api.fetchNow(pop3.accountId))
    expect(run.storedByQueue).toEqual({ Unsorted: 1 })
    const problem = await stack.api.problem('DELETE', `/queues/${queueId}`, { ifMatch: '*' })
    expect(problem.code).toBe('queue-in-use')
  })
})

describe('If-Match', () => {
  it('a change requires If-Match, and a stale ETag is rejected without changing anything', async () => {
    const path = `/accounts/${pop3.accountId}`
    const comment = { body: { comment: 'changed' } }
    expect(await stack.api.problem('PATCH', path, comment)).toMatchObject({ status: 428, code: 'version-required' })
    const etag = (await stack.api.good('GET', path)).headers.get('etag') ?? ''
    const changed = await stack.api.good('PATCH', path, { ...comment, ifMatch: etag })
    expect(changed.body).toMatchObject({ comment: 'changed' })
    expect(changed.headers.get('etag')).not.toBe(etag)
    const problem = await stack.api.problem('PATCH', path, { body: { comment: 'lost' }, ifMatch: etag })
    expect(problem).toMatchObject({ status: 412, code: 'changed-meanwhile' })
    expect((await stack.api.good('GET', path)).body).toMatchObject({ comment: 'changed' })
  })

  it('an ETag remains valid after a fetch, because runs do not change the account', async () => {
    const path = `/accounts/${pop3.accountId}`
    const ifMatch = (await stack.api.good('GET', path)).headers.get('etag') ?? ''
    await stack.api.ended(await stack.api.fetchNow(pop3.accountId))
    expect((await stack.api.send('PATCH', path, { body: { comment: 'again' }, ifMatch })).status).toBe(200)
  })
})

/** Holds the first command that fetches bodies until it is released. */
const gateAtBodies = () => {
  let seen = false
  const reached = Promise.withResolvers<void>()
  const released = Promise.withResolvers<void>()
  const fault: Fault = {
    onCommand: async (_, { name, args }) => {
      if (name === 'UID FETCH' && /BODY/i.test(args) && !seen) {
        seen = true
        reached.resolve()
        await released.promise
      }
      return undefined
    },
  }
  return { fault, reached: reached.promise, release: released.resolve }
}

describe('deleting an account during a fetch', () => {
  it('deleting an account stops its run at the next chunk, fails queued runs, keeps stored mail, and moves the secret to recovery', async () => {
    const sent = deliver('deleted-user', 1_100, 6)
    const gate = gateAtBodies()
    server.faults = [gate.fault]
    const { accountId } = await stack.api.createAccount({ ...accountOn(server, 'IMAP', 'deleted-user'), password })
    const running = await stack.api.fetchNow(accountId)
    await gate.reached
    const queued = await stack.api.fetchNow(accountId)
    expect((await stack.api.send('DELETE', `/accounts/${accountId}`, { ifMatch: '*' })).status).toBe(204)
    gate.release()
    const run = await stack.api.ended(running)
    // With chunks of 1,000, one had begun before the account was deleted, and the second had not.
    expect(run.counts).toMatchObject({ found: 1_100, stored: 1_000, left: 100 })
    expect(run.events.map(({ code }) => code)).toContain('interrupted')
    expect(await stack.api.ended(queued)).toMatchObject({ state: 'failed', error: { code: 'account-deleted' } })
    await stack.settled()
    expect((await stack.api.send('GET', `/accounts/${accountId}`)).status).toBe(404)

    const messages = await stack.api.messages(`accountId=${accountId}`)
    expect(messages.length).toBe(1_000)
    const hashes = new Set(sent.map(sha256))
    const raw = new RawMail(stack)
    for (const { messageId } of messages.slice(0, 20)) expect(hashes).toContain((await raw.hash(messageId)).sha256)
    const onServer = new Set(server.user('deleted-user').inbox.messages.map(({ body }) => sha256(body)))
    const stored = new Set(messages.map((message) => message.sha256))
    for (const hash of hashes) expect(onServer.has(hash) || stored.has(hash)).toBe(true)

    const secrets = new SecretsManagerClient({
      ...stack.local.clientConfig,
      endpoint: stack.local.endpoints.secretsManager,
    })
    const all = await secrets.send(new ListSecretsCommand({ IncludePlannedDeletion: true }))
    const secret = all.SecretList?.find(({ Name }) => Name?.includes(accountId))
    expect(Date.parse(String(secret?.DeletedDate))).toBeGreaterThan(0)
  })
})
