import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { Account } from '../../../lib/accounts/account.ts'
import { AccountStore } from '../../../lib/accounts/store/account-store.ts'
import { RunCatalog } from '../../../lib/runs/run-catalog.ts'
import { RunStore } from '../../../lib/runs/run-store.ts'
import type { FetchJob } from '../../../lib/schedule/fetch-queue.ts'
import { type RequestRunsServices, requestAllRuns, requestRun } from '../../../lib/schedule/request-runs.ts'
import { account } from '../../support/account-rows.ts'
import { actor } from '../../support/actor.ts'
import { auditTrailOver } from '../../support/audit.ts'
import { startTables, type TestTables } from '../../support/dynamo.ts'

const accountOf = (accountId: string, more: Partial<Account> = {}) =>
  account({ accountId, host: 'imap.example.com', ...more })

let tables: TestTables
let accounts: AccountStore
let runs: RunStore
let sent: FetchJob[]
let refuse: (job: FetchJob) => boolean
let services: RequestRunsServices
beforeEach(async () => {
  tables = await startTables()
  accounts = new AccountStore(tables.table('accounts'))
  runs = new RunStore(tables.table('runs'))
  sent = []
  refuse = () => false
  let ids = 0
  services = {
    accounts,
    runs,
    catalog: new RunCatalog(tables.table('runs')),
    queue: {
      send: async (jobs) => {
        // The row must exist before the job can be received.
        for (const { runId } of jobs) expect((await runs.read(runId))?.state).toBe('queued')
        sent.push(...jobs.filter((job) => !refuse(job)))
        return jobs.filter(refuse)
      },
    },
    audit: auditTrailOver(tables),
    now: () => new Date('2026-03-01T10:00:00.000Z'),
    newRunId: () => {
      ids += 1
      return `run-${ids}`
    },
  }
})
afterEach(() => tables.stop())

const save = async (accountId: string, more: Partial<Account> = {}) => {
  await accounts.create(accountOf(accountId, more))
}

describe('one account', () => {
  test('a requested account gets a queued run and a job of kind run', async () => {
    await save('a1')
    expect(await requestRun(services, 'a1', actor('anna'))).toEqual([{ runId: 'run-1', accountId: 'a1' }])
    expect(sent).toEqual([{ kind: 'run', runId: 'run-1', accountId: 'a1' }])
    expect(await runs.read('run-1')).toMatchObject({
      state: 'queued',
      trigger: 'request',
      askedBy: 'anna',
      askedBySub: 'sub-anna',
      accountId: 'a1',
    })
  })

  test.each(['invalid', 'invalid-temporarily'] as const)(
    'a request for an account that is %s is refused with the reason and creates no run',
    async (validity) => {
      await save('a1', { validity })
      await expect(requestRun(services, 'a1', actor('anna'))).rejects.toMatchObject({
        code: 'account-not-valid',
        message: `The account desk-a1 at imap.example.com is ${validity}.`,
      })
      expect(await runs.read('run-1')).toBeUndefined()
      expect(sent).toEqual([])
    },
  )

  test('a request for an account that does not exist returns not-found', async () => {
    await expect(requestRun(services, 'gone', actor('anna'))).rejects.toMatchObject({ code: 'not-found' })
  })

  test('a request whose job the queue refuses ends with an error and a failed run with the reason', async () => {
    await save('a1')
    refuse = () => true
    await expect(requestRun(services, 'a1', actor('anna'))).rejects.toMatchObject({ code: 'fetch-queue-refused' })
    expect(await runs.read('run-1')).toMatchObject({
      state: 'failed',
      endedAt: '2026-03-01T10:00:00.000Z',
      error: { code: 'fetch-queue-refused' },
    })
  })
})

describe('all accounts', () => {
  test('a request for all accounts creates runs only for valid accounts', async () => {
    await save('a1')
    await save('a2', { validity: 'invalid' })
    await save('a3', { validity: 'invalid-temporarily' })
    await save('a4')
    const asked = await requestAllRuns(services, actor('anna'))
    expect(asked.map(({ accountId }) => accountId)).toEqual(['a1', 'a4'])
    expect(sent.map(({ runId }) => runId)).toEqual(asked.map(({ runId }) => runId))
  })

  test('a request for all accounts succeeds without any accounts', async () => {
    expect(await requestAllRuns(services, actor('anna'))).toEqual([])
  })

  test('a refused job fails only its own run, and the request fails if all jobs are refused', async () => {
    for (const id of ['a1', 'a2', 'a3']) await save(id)
    refuse = ({ accountId }) => accountId === 'a2'
    const asked = await requestAllRuns(services, actor('anna'))
    const states = await Promise.all(asked.map(async ({ runId }) => (await runs.read(runId))?.state))
    expect(states).toEqual(['queued', 'failed', 'queued'])
    refuse = () => true
    await expect(requestAllRuns(services, actor('anna'))).rejects.toMatchObject({ code: 'fetch-queue-refused' })
  })

  test('1,500 accounts with long certificates span several pages, and each gets exactly one run', async () => {
    const customCa = 'x'.repeat(1000)
    const many = Array.from({ length: 1500 }, (_, i) => accountOf(`many-${i}`, { customCa }))
    await tables
      .table('accounts')
      .putMany(many.map((account) => ({ ...account, listing: 'account', listingKey: account.accountId })))
    services = { ...services, queue: { send: async () => [] } }
    const asked = await requestAllRuns(services, actor('anna'))
    expect(new Set(asked.map(({ accountId }) => accountId)).size).toBe(1500)
    expect(asked).toHaveLength(1500)
  })
})
