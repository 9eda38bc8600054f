import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { AccountConnections, AccountOAuth2 } from '../../../lib/accounts/account-oauth2.ts'
import { dueAt } from '../../../lib/schedule/account-status-store.ts'
import { type AccountsApi, startAccountsApi } from '../../support/accounts-api.ts'

let api: AccountsApi
let consent: AccountOAuth2['state'] | undefined
const connections: AccountConnections = {
  readMany: async (accounts) =>
    new Map(
      consent === undefined
        ? []
        : accounts.map(({ accountId }) => [accountId, { state: consent ?? 'connected', detail: '', profileId: 'p1' }]),
    ),
  endConsent: async () => undefined,
}
beforeEach(async () => {
  consent = undefined
  api = await startAccountsApi({ connections })
})
afterEach(() => api.stop())

/** Creates an account, takes its job off the queue and ends its run. */
const fetched = async (fields: Record<string, unknown> = {}): Promise<string> => {
  const { body } = await api.create(fields)
  for (const { runId } of api.jobs.splice(0)) {
    const run = await api.runs.read(runId)
    if (run) await api.runs.save({ ...run, state: 'done', parts: 1, endedAt: api.clock.now.toISOString() })
  }
  return body.accountId
}

describe('a new account', () => {
  test('a new valid account gets a run at once, and the response contains its id', async () => {
    const { status, body } = await api.create()
    expect(status).toBe(201)
    const runId = body.fetch.runId
    expect(body.fetch).toEqual({ state: 'queued', runId, detail: `Run ${runId} fetches it within seconds.` })
    expect(api.jobs).toEqual([{ kind: 'run', accountId: body.accountId, runId }])
    expect(await api.runs.read(runId)).toMatchObject({
      accountId: body.accountId,
      state: 'queued',
      trigger: 'request',
      askedBy: 'admin@example.org',
      askedBySub: 'sub-admin',
    })
  })

  test.each(['invalid', 'invalid-temporarily'])('a new account that is %s gets no run', async (validity) => {
    const { status, body } = await api.create({ validity })
    expect(status).toBe(201)
    expect(body).not.toHaveProperty('fetch')
    expect(api.jobs).toEqual([])
  })

  test.each(['consent-missing', 're-authorization-needed'] as const)(
    'a new account whose connection is %s gets no run',
    async (state) => {
      consent = state
      const { body } = await api.create()
      expect(body).not.toHaveProperty('fetch')
      expect(api.jobs).toEqual([])
    },
  )

  test.each(['connected', 'expires-soon', 'change-needed'] as const)(
    'a new account whose connection is %s gets a run',
    async (state) => {
      consent = state
      expect((await api.create()).body.fetch.state).toBe('queued')
    },
  )

  test('a new account that is refused gets no run', async () => {
    const { body } = await api.create({ username: 'twice' })
    api.jobs.length = 0
    expect((await api.create({ username: 'twice' })).status).toBe(409)
    expect((await api.create({ host: '' })).status).toBe(400)
    expect(body.accountId).toBeDefined()
    expect(api.jobs).toEqual([])
  })
})

describe('a change', () => {
  test.each([
    ['the password', { password: 'another long passphrase' }],
    ['the password to the same value', { password: 'correct horse battery staple' }],
    ['the host', { host: 'imap.example.org', password: 'correct horse battery staple' }],
    ['the port', { port: 1993 }],
    ['the user', { username: 'another-desk' }],
    ['the folder', { folder: 'Service desk' }],
    ['the type', { type: 'IMAPTLS' }],
    ['the action after fetching', { afterFetch: { action: 'keep' } }],
    ['the size limit', { maxMessageSize: 1_000_000 }],
    ['the action for messages that are too large', { tooLarge: { action: 'move', folder: 'Large' } }],
    ['the start', { startFrom: 'new' }],
  ])('a change of %s fetches the account at once', async (_, patch) => {
    const accountId = await fetched()
    const { status, body } = await api.change('PATCH', accountId, patch)
    expect(status).toBe(200)
    expect(api.jobs).toEqual([{ kind: 'run', accountId, runId: body.fetch.runId }])
  })

  test.each([
    ['the comment', { comment: 'Sales' }],
    ['the trust', { trusted: true }],
    ['the dispatching', { dispatching: { by: 'queue', queueId: 'q1' } }],
    ['no field', {}],
    ['the validity to invalid', { validity: 'invalid' }],
    ['the password and the validity to invalid-temporarily', { password: 'another', validity: 'invalid-temporarily' }],
  ])('a change of %s does not fetch the account', async (_, patch) => {
    await api.putQueue('q1', 'Sales')
    const accountId = await fetched()
    const { status, body } = await api.change('PATCH', accountId, patch)
    expect(status).toBe(200)
    expect(body).not.toHaveProperty('fetch')
    expect(api.jobs).toEqual([])
  })

  test('a change of the validity fetches the account only if it becomes valid', async () => {
    const accountId = await fetched({ validity: 'invalid' })
    await api.change('PATCH', accountId, { validity: 'invalid-temporarily', password: 'another' })
    expect(api.jobs).toEqual([])
    expect((await api.change('PATCH', accountId, { validity: 'valid' })).body.fetch.state).toBe('queued')
    expect(api.jobs).toHaveLength(1)
  })

  test('a change by PUT fetches the account under the same conditions as a change by PATCH', async () => {
    const accountId = await fetched({ username: 'put' })
    const document = { type: 'IMAPS', authentication: 'password', username: 'put', host: 'mail.example.org' }
    expect((await api.change('PUT', accountId, { ...document, comment: 'Sales' })).body).not.toHaveProperty('fetch')
    expect((await api.change('PUT', accountId, { ...document, folder: 'Desk' })).body.fetch.state).toBe('queued')
  })

  test('a change that conflicts with another one queues no run', async () => {
    const accountId = await fetched()
    expect((await api.change('PATCH', accountId, { folder: 'Desk' }, '"7"')).status).toBe(412)
    expect(api.jobs).toEqual([])
  })

  test('a change of an account that waits for its consent does not fetch the account', async () => {
    const accountId = await fetched()
    consent = 're-authorization-needed'
    expect((await api.change('PATCH', accountId, { folder: 'Desk' })).body).not.toHaveProperty('fetch')
    expect(api.jobs).toEqual([])
  })
})

describe('several changes in a row', () => {
  test('several changes in a row share a run that has not started, and get a second run after the first has started', async () => {
    const { body: account } = await api.create()
    const first = account.fetch.runId
    for (const folder of ['A', 'B', 'C'])
      expect((await api.change('PATCH', account.accountId, { folder })).body.fetch.runId).toBe(first)
    expect(api.jobs).toHaveLength(1)
    const run = await api.runs.read(first)
    if (!run) throw new Error('not written')
    await api.runs.save({ ...run, state: 'running', parts: 1, startedAt: api.clock.now.toISOString() })
    const second = (await api.change('PATCH', account.accountId, { folder: 'D' })).body.fetch.runId
    expect(second).not.toBe(first)
    expect((await api.change('PATCH', account.accountId, { folder: 'E' })).body.fetch.runId).toBe(second)
    expect(api.jobs.map(({ runId }) => runId)).toEqual([first, second])
  })

  test('a change does not share a scheduled run, because that run may be dropped', async () => {
    const accountId = await fetched()
    const askedAt = api.clock.now.toISOString()
    await api.runs.ask({ runId: 'tick', accountId, trigger: 'schedule', slot: askedAt, askedAt, askedBy: 'schedule' })
    const { body } = await api.change('PATCH', accountId, { folder: 'Desk' })
    expect(body.fetch.runId).not.toBe('tick')
    expect(api.jobs).toHaveLength(1)
  })
})

describe('while no fetch can be queued', () => {
  const failures: [string, (api: AccountsApi) => void][] = [
    ['refuses the job', ({ queue }) => Object.assign(queue, { send: async (jobs: unknown[]) => jobs })],
    [
      'throws',
      ({ queue }) =>
        Object.assign(queue, {
          send: async () => {
            throw new Error('down')
          },
        }),
    ],
  ]
  test.each(failures)('an account is saved and waits for the next tick if the queue %s', async (_, fail) => {
    fail(api)
    const { status, body } = await api.create()
    expect(status).toBe(201)
    expect(body.fetch).toEqual({ state: 'next-tick', detail: expect.stringContaining('when the schedule next runs') })
    expect((await api.get(body.accountId)).status).toBe(200)
    const changed = await api.change('PATCH', body.accountId, { folder: 'Desk' })
    expect(changed).toMatchObject({ status: 200, body: { folder: 'Desk' } })
  })

  test('a repaired account keeps its status, which only dispatch and fetch write', async () => {
    const accountId = await fetched()
    const later = '2026-11-23T11:00:00.000Z'
    await api.tables.table('accountStatus').put({ accountId, ...dueAt(accountId, later) })
    await api.change('PATCH', accountId, { folder: 'Desk' })
    expect((await api.get(accountId)).body.status.nextFetchAt).toBe(later)
  })
})
