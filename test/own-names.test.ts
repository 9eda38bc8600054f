import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { readAccountFile } from '../cli/accounts/file/read-account-file.ts'
import { CliError } from '../cli/terminal/cli-error.ts'
import { stepMark } from '../cli/terminal/colours.ts'
import { fetchHandler } from '../functions/fetch/handler.ts'
import { healthWarningsOf } from '../lib/accounts/health/health-warnings.ts'
import { limits } from '../lib/fetching/limits.ts'
import { recordCrash, takeJob } from '../lib/fetching/take-job.ts'
import { announcementOf, announcementSchema } from '../lib/messages/announcing/announcement.ts'
import { DynamoMessageLedger } from '../lib/messages/store/message-ledger.ts'
import { readContents } from '../lib/messages/view/message-contents.ts'
import { findingOfRefusal } from '../lib/oauth2/findings/provider-refusals.ts'
import { claimsOf } from '../lib/oauth2/findings/token-claims.ts'
import { authorizationParametersSchema } from '../lib/oauth2/providers/provider-input.ts'
import { queueInputSchema } from '../lib/queues/queue.ts'
import { RunStore } from '../lib/runs/run-store.ts'
import { AccountStatusStore } from '../lib/schedule/account-status-store.ts'
import { FakeServer } from './lib/fetching/fake-server.ts'
import { aDeadline, anAccount, memoryServices, tick } from './lib/fetching/memory-services.ts'
import { type AccountsApi, startAccountsApi } from './support/accounts-api.ts'
import { memoryLog, tokenOf } from './support/http-event.ts'
import { ownNames } from './support/own-names.ts'

let api: AccountsApi
beforeAll(async () => {
  api = await startAccountsApi()
})
afterAll(() => api.stop())

/** A POP3 account whose messages, runs and status are in real tables. Every queue name exists. */
const worldWith = async (server: FakeServer, accountId: string) => {
  const { tables } = api
  const memory = memoryServices(server, anAccount({ accountId, type: 'POP3S', folder: undefined, trusted: true }))
  const services = {
    ...memory.services,
    ledger: new DynamoMessageLedger(tables.table('messages')),
    runs: new RunStore(tables.table('runs')),
    statuses: new AccountStatusStore(tables.table('accountStatus')),
    directory: { ...memory.services.directory, queueByName: async (name: string) => ({ queueId: 'q', name }) },
  }
  server.protocol = 'pop3'
  const job = (runId: string, slot: string) => ({ ...tick(slot, `${accountId}-${runId}`), accountId })
  const run = (runId: string, slot: string) => takeJob(services, job(runId, slot), aDeadline(memory.state.now))
  return { memory, services, run, job }
}

const mailWith = (name: string): Buffer =>
  Buffer.from(
    [
      `${name}: ${name}`,
      `From: "${name}" <${name}@example.org>`,
      `To: ${name}@example.com, ${name}`,
      `Subject: ${name}`,
      `Message-ID: <${name}@example.org>`,
      `References: ${name} <${name}>`,
      `X-OTOBO-${name}: ${name}`,
      `X-OTOBO-Queue: ${name}`,
      `Content-Type: ${name}/${name}; ${name}=${name}; charset=${name}`,
      `Content-Disposition: ${name}; ${name}=${name}`,
      '',
      name,
      '',
    ].join('\r\n'),
  )

describe.each(ownNames)('the member name %s', (name) => {
  it('the name of an object member works as UIDL, queue, header, control header and address', async () => {
    const server = new FakeServer()
    server.messages = [{ uid: name, bytes: mailWith(name) }]
    const { services, run, memory } = await worldWith(server, `stores-${name}`)
    const ended = await run('run-1', '2026-06-01T12:00:00.000Z')
    expect(ended.events).toEqual([])
    expect(ended).toMatchObject({ state: 'done', counts: { stored: 1, announced: 1, deleted: 1 } })
    expect(server.messages).toEqual([])

    const [row] = await services.ledger.readMany(memory.state.announced)
    expect(row).toMatchObject({ source: { uid: name }, queueName: name, header: { subject: name }, parsed: true })
    // A control header's name cannot begin with an underscore.
    const lower = name.toLowerCase()
    if (name === '__proto__') expect(row?.ignoredControl.map((one) => one.name)).toEqual(['x-otobo-__proto__'])
    else expect(Object.entries(row?.control ?? {})).toContainEqual([lower, name])
    const announcement = row && announcementOf(row, 'raw-mail')
    expect(announcementSchema.safeParse(announcement).error).toBeUndefined()

    const stored = await services.runs.read(ended.runId)
    // Queues of this name are refused when they are created (see below).
    expect(Object.entries(stored?.storedByQueue ?? {})).toEqual(name === '__proto__' ? [] : [[name, 1]])
  })

  it('the name of an object member is counted as the UIDL of a message that crashes runs, which is finally skipped', async () => {
    const server = new FakeServer()
    server.messages = [{ uid: name, bytes: mailWith(name) }]
    const { services, run, job } = await worldWith(server, `dies-${name}`)
    await services.statuses.ensure(`dies-${name}`, {})
    for (let death = 1; death <= limits.deaths; death += 1) {
      await services.statuses.change(`dies-${name}`, { resume: { inFlight: [name] } })
      expect(await recordCrash(services, job(`death-${death}`, '2026-06-01T11:00:00.000Z'))).toMatchObject({
        state: 'crashed',
      })
    }
    const ended = await run('last', '2026-06-01T12:00:00.000Z')
    expect(ended).toMatchObject({ state: 'done', skippedBecause: { deadly: 1 }, counts: { stored: 0 } })
    expect(server.messages).toHaveLength(1)
  })

  it('the name of an object member makes a mail that can be read', async () => {
    const source = (async function* () {
      yield mailWith(name)
    })()
    const contents = await readContents(source, new AbortController().signal)
    expect(contents.header.subject).toBe(name)
    expect(contents.attachments.length).toBeLessThanOrEqual(1)
  })

  it('the name of an object member is refused as an account field and accepted as a value', async () => {
    const refused = await api.create({ [name]: 'x' })
    expect(refused.status).toBe(400)
    expect(refused.body.code).toBe('invalid-request')
    expect(JSON.stringify(refused.body)).toContain(name)
    const nested = await api.create({ afterFetch: { action: 'delete', [name]: 'x' } })
    expect(nested.status).toBe(400)

    const made = await api.create({ username: name, comment: name, folder: name })
    expect(made).toMatchObject({ status: 201, body: { username: name, comment: name, folder: name } })
    const { accountId } = made.body
    expect((await api.change('PATCH', accountId, { [name]: 'x' })).status).toBe(400)
    expect((await api.change('PATCH', accountId, { comment: `${name} again` })).body).toMatchObject({
      comment: `${name} again`,
    })
    expect((await api.get(name)).status).toBe(404)
    const dispatched = await api.create({ dispatching: { by: 'queue', queueId: name } })
    expect(dispatched.status).toBe(400)
    expect((await api.create({ type: name })).status).toBe(400)
    expect((await api.create({ authentication: name })).status).toBe(400)
  })

  it('the name of an object member is refused as a query parameter and as its value', async () => {
    const answers = [await api.list({ [name]: '1' }), await api.list({ health: name }), await api.list({ next: name })]
    // The event's own schema omits `__proto__`, as if it had not been sent.
    expect(answers.map(({ status }) => status)).toEqual([name === '__proto__' ? 200 : 400, 400, 400])
  })

  it('the name of an object member is an ordinary queue name, except for __proto__', () => {
    expect(queueInputSchema.safeParse({ name }).success).toBe(name !== '__proto__')
  })

  it('the name of an object member is dropped from a job', async () => {
    const log = memoryLog()
    const { services } = memoryServices(new FakeServer())
    const handle = fetchHandler({ services, log, metrics: { count: () => undefined, seconds: () => undefined } })
    for (const body of [`{"${name}":1}`, `{"kind":"${name}","accountId":"${name}","runId":"${name}"}`, `"${name}"`]) {
      const Records = [{ messageId: 'm', body }]
      expect(await handle({ Records } as never, { getRemainingTimeInMillis: () => 540_000 })).toEqual({
        batchItemFailures: [],
      })
    }
    expect(log.lines).toHaveLength(3)
  })

  it('the name of an object member is not a known refusal, claim or parameter of an authorization server', () => {
    const refusal = { kind: 'refused', error: name, description: name } as const
    for (const kind of ['microsoft', 'google', 'custom'] as const)
      expect(findingOfRefusal(refusal, { kind }).detail).toMatch(/^[A-Z]/)
    expect(() => claimsOf(tokenOf({ [name]: name, aud: name, scp: name }))).not.toThrow()
    const parameters = authorizationParametersSchema.safeParse({ [name]: 'x' })
    if (name !== '__proto__') expect(parameters.data).toEqual({ [name]: 'x' })
  })

  it('the name of an object member has no meaning as a warning, a step or a field of an account file', () => {
    const status = { accountId: 'a', lastRun: { runId: 'r', state: 'done', startedAt: '', stored: 0, deleted: 0 } }
    const counted = { ...status, lastRun: { ...status.lastRun, warnings: { [name]: 1 } } }
    const now = new Date('2026-06-01T12:00:00.000Z')
    expect(healthWarningsOf(counted, now.toISOString(), now)).toEqual([])
    expect(stepMark(name)).toContain('--')
    const source = `version: 1\naccounts:\n  - type: IMAPS\n    username: a\n    host: b.example\n    ${name}: x\n`
    const reading = () => readAccountFile({ name: 'accounts.yaml', source }, { queues: [], profiles: [] })
    expect(reading).toThrow(CliError)
    expect(reading).toThrow(name)
  })
})
