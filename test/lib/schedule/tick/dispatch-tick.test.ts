import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Account } from '../../../../lib/accounts/account.ts'
import { MailboxClaims } from '../../../../lib/accounts/account-mailbox.ts'
import { listedAsOf } from '../../../../lib/accounts/account-status.ts'
import { DynamoMessageLedger } from '../../../../lib/messages/store/message-ledger.ts'
import { queuedRun, type Run } from '../../../../lib/runs/run.ts'
import { RunStore } from '../../../../lib/runs/run-store.ts'
import { AccountStatusStore, checkAgainAt, dueAt } from '../../../../lib/schedule/account-status-store.ts'
import type { FetchJob } from '../../../../lib/schedule/fetch-queue.ts'
import type { DispatchServices } from '../../../../lib/schedule/tick/dispatch-services.ts'
import { dispatchTick } from '../../../../lib/schedule/tick/dispatch-tick.ts'
import { startTables, type TestTables } from '../../../support/dynamo.ts'
import { messageOf } from '../../../support/messages.ts'
import { anAccount } from '../../fetching/memory-services.ts'

const noon = '2026-06-01T12:00:00.000Z'
const minutes = (count: number) => new Date(Date.parse(noon) + count * 60_000).toISOString()

let tables: TestTables
beforeEach(async () => {
  tables = await startTables()
})
afterEach(() => tables.stop())

const world = () => {
  const state = {
    now: Date.parse(noon) + 3_000,
    accounts: new Map<string, Account>(),
    jobs: [] as FetchJob[],
    announced: [] as string[],
    topicDown: false,
    /** The accounts whose jobs the queue refuses. */
    refused: new Set<string>(),
    unreadable: new Set<string>(),
  }
  const services = {
    accounts: {
      read: async (id: string) => state.accounts.get(id),
      readMany: async (ids: readonly string[]) =>
        ids.flatMap((id) => (state.unreadable.has(id) ? [] : (state.accounts.get(id) ?? []))),
      existing: async (ids: readonly string[]) => new Set(ids.filter((id) => state.accounts.has(id))),
      changedSince: async function* (since: string) {
        const changed = [...state.accounts.values()].filter(({ changedAt }) => changedAt >= since)
        for (let start = 0; start < changed.length; start += 1000)
          yield changed.slice(start, start + 1000).map(({ accountId }) => accountId)
      },
    },
    claims: new MailboxClaims(tables.table('mailboxClaims')),
    statuses: new AccountStatusStore(tables.table('accountStatus')),
    runs: new RunStore(tables.table('runs')),
    queue: {
      send: async (jobs: readonly FetchJob[]) => {
        state.jobs.push(...jobs.filter(({ accountId }) => !state.refused.has(accountId)))
        return jobs.filter(({ accountId }) => state.refused.has(accountId))
      },
    },
    ledger: new DynamoMessageLedger(tables.table('messages')),
    announcer: {
      announce: async ({ messageId }: { messageId: string }) => {
        if (state.topicDown) throw new Error('topic down')
        state.announced.push(messageId)
      },
    },
    tickMinutes: 10,
    now: () => new Date(state.now),
  } satisfies DispatchServices
  const add = (changes: Partial<Account> & { accountId: string }) =>
    state.accounts.set(changes.accountId, anAccount({ changedAt: minutes(-1), ...changes }))
  const tick = (time: string) => {
    state.now = Date.parse(time) + 3_000
    state.jobs = []
    return dispatchTick(services, time, () => true)
  }
  return { state, services, add, tick, askedFor: () => state.jobs.map(({ accountId }) => accountId).sort() }
}

describe('a tick of the schedule', () => {
  const id = 'account-1'

  it('a tick requests a run of a new account at once, with an ID derived from account and slot', async () => {
    const { state, services, add, tick } = world()
    add({ accountId: id })
    const report = await tick(minutes(0))
    expect(report).toMatchObject({ slot: noon, changed: 1, due: 1, refused: 0 })
    const [job] = state.jobs
    expect(job).toEqual({ kind: 'tick', accountId: id, slot: noon, runId: expect.any(String) })
    const runId = job?.runId
    await tick(minutes(0))
    expect(state.jobs).toEqual([{ kind: 'tick', accountId: id, slot: noon, runId }])
    expect(await services.runs.read(runId ?? '')).toBeUndefined()
  })

  it('a tick leaves out an account that the index shows early, until the account is due', async () => {
    const { services, add, tick, askedFor } = world()
    add({ accountId: id })
    await tick(minutes(0))
    const status = await services.statuses.read(id)
    await services.statuses.change(id, dueAt(id, minutes(30), status))
    expect((await services.statuses.read(id))?.dueOrder).toBe(status?.dueOrder)
    for (const minute of [10, 20]) {
      await tick(minutes(minute))
      expect(askedFor()).toEqual([])
    }
    await tick(minutes(30))
    expect(askedFor()).toEqual([id])
  })

  it('a tick fetches an account again that was switched off and on while a run ended', async () => {
    const { services, add, tick, askedFor } = world()
    add({ accountId: id })
    await tick(minutes(0))
    const before = await services.statuses.read(id)
    add({ accountId: id, validity: 'invalid', changedAt: minutes(5) })
    await tick(minutes(10))
    expect(askedFor()).toEqual([])
    // The run began before the account was switched off.
    await services.statuses.change(id, dueAt(id, minutes(20), before))
    add({ accountId: id, changedAt: minutes(15) })
    await tick(minutes(20))
    expect(askedFor()).toEqual([id])
  })

  it('a tick uses the event’s time as its slot without rounding', async () => {
    const { add, tick, askedFor } = world()
    add({ accountId: id })
    expect(await tick('2026-06-01T12:09:07Z')).toMatchObject({ slot: '2026-06-01T12:09:07.000Z', due: 1 })
    expect(askedFor()).toEqual([id])
  })

  it('a tick fetches accounts due up to half a period after its slot, so that a late run does not cost a period', async () => {
    const { services, add, tick, askedFor } = world()
    add({ accountId: id })
    add({ accountId: `${id}-later` })
    await tick(minutes(0))
    await services.statuses.change(id, dueAt(id, minutes(14)))
    await services.statuses.change(`${id}-later`, dueAt(`${id}-later`, minutes(16)))
    await tick(minutes(10))
    expect(askedFor()).toEqual([id])
    await tick(minutes(20))
    expect(askedFor()).toEqual([id, `${id}-later`])
  })

  it('a tick checks an account that waits for consent once a day, and at once after a change or a fetch', async () => {
    const { services, add, tick, askedFor } = world()
    add({ accountId: id })
    await tick(minutes(0))
    /** Records a failed run that started in the given minute. */
    const stop = (day: number, startedAt: string) =>
      services.statuses.change(id, {
        ...checkAgainAt(id, minutes(day * 24 * 60)),
        lastError: { code: 'grant-revoked', detail: '', remedy: '', at: startedAt, consecutive: 1 },
        lastRun: { runId: 'r1', state: 'failed', startedAt, stored: 0, deleted: 0 },
      })
    await stop(1, minutes(0))
    for (const minute of [10, 20, 24 * 60 - 10]) {
      await tick(minutes(minute))
      expect(askedFor()).toEqual([])
    }
    await tick(minutes(24 * 60))
    expect(askedFor()).toEqual([id])
    await stop(2, minutes(24 * 60))
    add({ accountId: id, changedAt: minutes(24 * 60 + 9) })
    await tick(minutes(24 * 60 + 10))
    expect(askedFor()).toEqual([id])
    // The run started before the change, so it did not use the new settings.
    await stop(2, minutes(24 * 60 + 8))
    await tick(minutes(24 * 60 + 11))
    expect(askedFor()).toEqual([id])
    await stop(2, minutes(24 * 60 + 11))
    await tick(minutes(24 * 60 + 20))
    expect(askedFor()).toEqual([])
    await services.statuses.change(id, dueAt(id, minutes(24 * 60 + 30)))
    await tick(minutes(24 * 60 + 30))
    expect(askedFor()).toEqual([id])
  })

  it.each(['invalid', 'invalid-temporarily'] as const)(
    'a tick does not fetch an account that became %s',
    async (validity) => {
      const { services, add, tick, askedFor } = world()
      add({ accountId: id })
      await tick(minutes(0))
      add({ accountId: id, validity, changedAt: minutes(5) })
      await tick(minutes(10))
      expect(askedFor()).toEqual([])
      expect(await services.statuses.read(id)).not.toHaveProperty('nextFetchAt')
      add({ accountId: id, changedAt: minutes(15) })
      await tick(minutes(20))
      expect(askedFor()).toEqual([id])
    },
  )

  it('a tick no longer lists an account as failing that was switched off', async () => {
    const { services, add, tick } = world()
    add({ accountId: id })
    await tick(minutes(0))
    await services.statuses.change(id, listedAsOf(id, minutes(1)))
    add({ accountId: id, validity: 'invalid', changedAt: minutes(5) })
    await tick(minutes(10))
    expect(await services.statuses.read(id)).toMatchObject(listedAsOf(id, undefined))
  })

  it('a tick removes the status row of a deleted account', async () => {
    const { state, services, add, tick, askedFor } = world()
    add({ accountId: id })
    await tick(minutes(0))
    state.accounts.clear()
    await tick(minutes(10))
    expect(askedFor()).toEqual([])
    expect(await services.statuses.read(id)).toBeUndefined()
  })

  it.each(['invalid', 'invalid-temporarily'] as const)(
    'a tick removes the status row of an account that was %s when it was deleted',
    async (validity) => {
      const { state, services, add, tick, askedFor } = world()
      add({ accountId: id })
      await tick(minutes(0))
      await services.statuses.change(id, { resume: { oldestWaitingUid: '7' } })
      add({ accountId: id, validity, changedAt: minutes(5) })
      await tick(minutes(10))
      await tick(minutes(10 + 24 * 60))
      expect(await services.statuses.read(id)).toMatchObject({ resume: { oldestWaitingUid: '7' } })
      state.accounts.clear()
      await tick(minutes(20 + 48 * 60))
      expect(await services.statuses.read(id)).toBeUndefined()
      expect(askedFor()).toEqual([])
    },
  )

  it('a tick tries a failing account again as soon as the account was changed', async () => {
    const { services, add, tick, askedFor } = world()
    add({ accountId: id })
    await tick(minutes(0))
    const lastError = { code: 'credentials-rejected', detail: 'w', remedy: 'r', at: minutes(1), consecutive: 5 }
    await services.statuses.change(id, { ...dueAt(id, minutes(60)), lastError })
    await tick(minutes(10))
    expect(askedFor()).toEqual([])
    add({ accountId: id, changedAt: minutes(12) })
    await tick(minutes(20))
    expect(askedFor()).toEqual([id])
  })

  it('a tick announces messages that stayed unconfirmed for 15 minutes, and tries again if the topic is down', async () => {
    const { state, services, tick } = world()
    const old = messageOf('old', { accountId: id, state: 'stored', storedAt: minutes(-20) })
    const fresh = messageOf('fresh', { accountId: id, state: 'stored', storedAt: minutes(-5) })
    await services.ledger.create(old)
    await services.ledger.create(fresh)
    state.topicDown = true
    expect(await tick(minutes(0))).toMatchObject({ announced: 0, announcementsFailed: 1 })
    state.topicDown = false
    expect(await tick(minutes(0))).toMatchObject({ announced: 1, announcementsFailed: 0 })
    expect(state.announced).toEqual([old.messageId])
    expect((await services.ledger.readMany([old.messageId]))[0]?.state).toBe('announced')
    expect(await tick(minutes(0))).toMatchObject({ announced: 0 })
    await services.ledger.markAnnounced({ messageId: fresh.messageId, at: minutes(0) })
  })

  it('a tick does not touch an account whose row is unreadable and fetches the others', async () => {
    const { state, services, add, tick, askedFor } = world()
    add({ accountId: id })
    add({ accountId: `${id}-bad` })
    await tick(minutes(0))
    state.unreadable.add(`${id}-bad`)
    expect(await tick(minutes(10))).toMatchObject({ failedSteps: [] })
    expect(askedFor()).toEqual([id])
    expect(await services.statuses.read(`${id}-bad`)).toHaveProperty('nextFetchAt')
    state.unreadable.clear()
    await tick(minutes(20))
    expect(askedFor()).toEqual([id, `${id}-bad`])
  })

  it('a tick executes every step even if others fail, and reports the failed steps', async () => {
    const { state, services, add, tick, askedFor } = world()
    add({ accountId: id })
    await tick(minutes(0))
    const old = messageOf('isolated', { accountId: id, state: 'stored', storedAt: minutes(-20) })
    await services.ledger.create(old)
    await services.runs.ask({
      runId: `${id}-lost`,
      accountId: id,
      trigger: 'request',
      askedAt: minutes(-180),
      askedBy: 'a',
    })
    const down = (name: string) => () => {
      throw new Error(`${name} down`)
    }
    const { readChangeCursor } = services.statuses
    services.statuses.readChangeCursor = down('cursor')
    const report = await tick(minutes(10))
    expect(report).toMatchObject({ changed: 0, due: 1, announced: 1, lostRuns: 1 })
    expect(report.failedSteps.map(({ step }) => step)).toEqual(['changes'])
    expect(askedFor()).toEqual([id])
    services.statuses.readChangeCursor = readChangeCursor
    services.statuses.due = down('index')
    services.ledger.unannounced = down('index')
    services.runs.openBefore = down('index')
    const worse = await tick(minutes(20))
    expect(worse.failedSteps.map(({ step }) => step)).toEqual(['due accounts', 'announcements', 'lost runs'])
    expect(state.jobs).toEqual([])
  })

  const aScheduledRun = (runId: string) =>
    queuedRun({ runId, accountId: id, trigger: 'schedule', slot: noon, askedAt: noon, askedBy: 'schedule' })

  const broken = `${id}-broken`
  /** Makes one write fail for the account `broken`. @returns a function that repairs it */
  const breakWrite = <Key extends keyof Port, Port extends object>(port: Port, name: Key): (() => void) => {
    const original: unknown = port[name]
    if (typeof original !== 'function') throw new Error(`${String(name)} is not a method`)
    const failing = async (first: string | { readonly accountId: string }, ...more: unknown[]) => {
      if ((typeof first === 'string' ? first : first.accountId) === broken) throw new Error('write refused')
      return await original.call(port, first, ...more)
    }
    Object.assign(port, { [name]: failing })
    return () => void Object.assign(port, { [name]: original })
  }

  it('a tick whose refused job cannot be recorded reports the account and requests its run at the next tick', async () => {
    const { state, services, add, tick, askedFor } = world()
    for (const accountId of [broken, id, `${id}-too`]) add({ accountId })
    state.refused.add(broken)
    const repair = breakWrite(services.runs, 'saveOpen')
    const report = await tick(minutes(0))
    expect(report).toMatchObject({ due: 3, refused: 1, failedSteps: [{ step: 'due accounts', accountIds: [broken] }] })
    expect(askedFor()).toEqual([id, `${id}-too`])
    repair()
    state.refused.clear()
    expect(await tick(minutes(10))).toMatchObject({ failedSteps: [] })
    expect(askedFor()).toEqual([id, broken, `${id}-too`])
  })

  it('a tick skips one account whose status row cannot be created and processes it at the next tick', async () => {
    const { services, add, tick, askedFor } = world()
    for (const accountId of [broken, id]) add({ accountId, changedAt: minutes(-1) })
    const repair = breakWrite(services.statuses, 'ensure')
    expect(await tick(minutes(0))).toMatchObject({ failedSteps: [{ step: 'changes', accountIds: [broken] }] })
    expect(askedFor()).toEqual([id])
    await tick(minutes(10))
    repair()
    expect(await tick(minutes(20))).toMatchObject({ failedSteps: [] })
    expect(askedFor()).toContain(broken)
  })

  it.each(['change', 'remove'] as const)(
    'a tick processes all other accounts if one status row fails to %s',
    async (write) => {
      const { state, services, add, tick, askedFor } = world()
      for (const accountId of [broken, id]) add({ accountId, changedAt: minutes(-30) })
      await tick(minutes(0))
      if (write === 'remove') state.accounts.delete(broken)
      else add({ accountId: broken, validity: 'invalid', changedAt: minutes(-30) })
      const repair = breakWrite(services.statuses, write)
      const report = await tick(minutes(10))
      expect(report.failedSteps).toMatchObject([{ step: 'due accounts', accountIds: [broken] }])
      expect(askedFor()).toEqual([id])
      repair()
      expect(await tick(minutes(20))).toMatchObject({ failedSteps: [] })
      expect((await services.statuses.read(broken))?.nextFetchAt).toBeUndefined()
    },
  )

  it('a tick closes the other lost runs if one of them cannot be written', async () => {
    const { services, tick } = world()
    for (const accountId of [broken, id])
      await services.runs.ask({ runId: accountId, accountId, trigger: 'request', askedAt: minutes(-180), askedBy: 'a' })
    breakWrite(services.runs, 'saveOpen')
    const report = await tick(minutes(0))
    expect(report).toMatchObject({ lostRuns: 1, failedSteps: [{ step: 'lost runs', accountIds: [broken] }] })
    expect((await services.runs.read(id))?.state).toBe('lost')
  })

  it('a tick ends a run whose job the queue refuses with the reason, and requests it again if the tick is repeated', async () => {
    const { state, services, add, tick, askedFor } = world()
    for (const accountId of [broken, id]) add({ accountId })
    const asked = new Map<string, string>()
    const { send } = services.queue
    services.queue.send = async (jobs) => {
      for (const { accountId, runId } of jobs) asked.set(accountId, runId)
      return await send(jobs)
    }
    const runOf = async (accountId: string) => await services.runs.read(asked.get(accountId) ?? '')
    state.refused.add(broken)
    expect(await tick(minutes(0))).toMatchObject({ due: 2, refused: 1, failedSteps: [] })
    expect(askedFor()).toEqual([id])
    expect(await runOf(id)).toBeUndefined()
    expect(await runOf(broken)).toMatchObject({
      state: 'failed',
      trigger: 'schedule',
      slot: noon,
      endedAt: new Date(state.now).toISOString(),
      error: { code: 'fetch-queue-refused', remedy: expect.stringContaining('when the schedule next runs') },
    })
    state.refused.clear()
    const refusedRun = asked.get(broken)
    expect(await tick(minutes(0))).toMatchObject({ due: 2, refused: 0 })
    expect(state.jobs.map(({ runId }) => runId)).toContain(refusedRun)
  })

  it('the next tick requests a run again after the queue refused it', async () => {
    const { state, add, tick, askedFor } = world()
    add({ accountId: id })
    state.refused.add(id)
    await tick(minutes(0))
    expect(askedFor()).toEqual([])
    state.refused.clear()
    expect(await tick(minutes(10))).toMatchObject({ due: 1, refused: 0 })
    expect(askedFor()).toEqual([id])
  })

  it('a repeated tick does not restart a run that ended for another reason', async () => {
    const { state, services, add, tick } = world()
    add({ accountId: id })
    await tick(minutes(0))
    const runId = state.jobs[0]?.runId ?? ''
    const error = { code: 'crashed', detail: '', remedy: '' }
    await services.runs.save({ ...aScheduledRun(runId), state: 'failed', error })
    state.refused.add(id)
    await tick(minutes(0))
    expect(await services.runs.read(runId)).toMatchObject({ state: 'failed', error })
  })

  it('a tick does not end a run that has started even though the queue seemed to refuse its job', async () => {
    const { services, add, tick } = world()
    add({ accountId: id })
    let started = ''
    services.queue.send = async (jobs) => {
      for (const { runId } of jobs) {
        started = runId
        await services.runs.save({ ...aScheduledRun(runId), state: 'running', parts: 1, startedAt: minutes(0) })
      }
      return [...jobs]
    }
    expect(await tick(minutes(0))).toMatchObject({ refused: 1 })
    expect(await services.runs.read(started)).toMatchObject({ state: 'running' })
  })

  it('the sweeps skip unreadable rows and report their IDs', async () => {
    const { state, services, tick } = world()
    const unreadable: string[] = []
    const onUnreadable = (key: string) => void unreadable.push(key)
    services.statuses = new AccountStatusStore(tables.table('accountStatus', { onUnreadable }))
    services.runs = new RunStore(tables.table('runs', { onUnreadable }))
    services.ledger = new DynamoMessageLedger(tables.table('messages', { onUnreadable }))
    const good = messageOf('good', { accountId: id, state: 'stored', storedAt: minutes(-20) })
    const bad = messageOf('bad', { accountId: id, state: 'stored', storedAt: minutes(-30) })
    for (const message of [good, bad]) await services.ledger.create(message)
    await tables.table('messages').update(bad.messageId, { text: 'SET #size = :size', values: { size: 'huge' } })
    for (const runId of ['bad-run', 'good-run'])
      await services.runs.ask({ runId, accountId: id, trigger: 'request', askedAt: minutes(-180), askedBy: 'a' })
    await tables.table('runs').update('bad-run', { text: 'SET #bytes = :bytes', values: { bytes: 'many' } })
    await tables.table('accountStatus').put({ accountId: 'bad-status', resume: { inFlight: 'all' } })
    expect(await services.statuses.readMany(['bad-status'])).toEqual([])
    expect(await tick(minutes(0))).toMatchObject({ announced: 1, lostRuns: 1, failedSteps: [] })
    expect(state.announced).toEqual([good.messageId])
    expect(unreadable.sort()).toEqual([bad.messageId, 'bad-run', 'bad-status'].sort())
  })

  it('a tick closes a run that never ended as lost', async () => {
    const { state, services, tick } = world()
    await services.runs.ask({
      runId: `${id}-old`,
      accountId: id,
      trigger: 'request',
      askedAt: minutes(-180),
      askedBy: 'a',
    })
    await services.runs.ask({
      runId: `${id}-new`,
      accountId: id,
      trigger: 'request',
      askedAt: minutes(-20),
      askedBy: 'a',
    })
    await tick(minutes(0))
    expect(await services.runs.read(`${id}-old`)).toMatchObject({
      state: 'lost',
      endedAt: new Date(state.now).toISOString(),
      error: {
        code: 'lost',
        detail: expect.stringContaining('No end'),
        remedy: expect.stringContaining('No mail is lost'),
      },
    })
    expect((await services.runs.read(`${id}-new`))?.state).toBe('queued')
  })

  const aRun = async (services: ReturnType<typeof world>['services'], runId: string, changes: Partial<Run>) => {
    const askedAt = minutes(-300)
    await services.runs.ask({ runId, accountId: id, trigger: 'request', askedAt, askedBy: 'a', slot: undefined })
    const run = await services.runs.read(runId)
    if (!run) throw new Error('not written')
    await services.runs.save({ ...run, ...changes })
  }

  it('a tick does not close a run whose latest part began within two hours, regardless of when it was requested', async () => {
    const { services, tick } = world()
    const part = { state: 'running', startedAt: minutes(-280) } as const
    await aRun(services, 'long', { ...part, parts: 20, partStartedAt: minutes(-119) })
    await aRun(services, 'dead', { ...part, parts: 20, partStartedAt: minutes(-121) })
    expect(await tick(minutes(0))).toMatchObject({ lostRuns: 1 })
    expect((await services.runs.read('long'))?.state).toBe('running')
    expect((await services.runs.read('dead'))?.state).toBe('lost')
  })

  it.each<[string, Partial<Run>]>([
    ['ended', { state: 'done', endedAt: minutes(0) }],
    ['began its next part', { state: 'running', parts: 3, partStartedAt: minutes(0) }],
  ])('a tick does not change a run that %s after the sweep read it', async (_what, change) => {
    const { services, tick } = world()
    await services.statuses.ensure(id)
    await aRun(services, 'overtaken', { state: 'running', parts: 2, partStartedAt: minutes(-121) })
    const openBefore = services.runs.openBefore.bind(services.runs)
    services.runs.openBefore = async function* (before) {
      for await (const open of openBefore(before)) {
        for (const run of open) await services.runs.save({ ...run, ...change })
        yield open
      }
    }
    expect(await tick(minutes(0))).toMatchObject({ lostRuns: 0 })
    expect(await services.runs.read('overtaken')).toMatchObject(change)
    expect(await services.statuses.read(id)).toEqual({ accountId: id, resume: {} })
  })

  it('a lost run is recorded in its account’s status as one more consecutive failure', async () => {
    const { state, services, tick } = world()
    const lastError = { code: 'crashed', detail: 'w', remedy: 'r', at: minutes(-200), consecutive: 2 }
    const lastRun = {
      runId: 'before',
      state: 'crashed',
      startedAt: minutes(-205),
      endedAt: minutes(-200),
      stored: 0,
      deleted: 0,
    }
    await services.statuses.ensure(id, { lastError, lastRun })
    await aRun(services, 'dead', { state: 'running', parts: 1, startedAt: minutes(-150), partStartedAt: minutes(-150) })
    await aRun(services, 'dead-too', {
      state: 'running',
      parts: 1,
      startedAt: minutes(-150),
      partStartedAt: minutes(-150),
    })
    expect(await tick(minutes(0))).toMatchObject({ lostRuns: 2 })
    expect(await services.statuses.read(id)).toMatchObject({
      lastError: { code: 'lost', consecutive: 3, at: new Date(state.now).toISOString() },
      lastRun: { state: 'lost', startedAt: minutes(-150) },
    })
  })

  it('a lost run does not change the account’s status if a later run has ended', async () => {
    const { services, tick } = world()
    const lastRun = {
      runId: 'later',
      state: 'done',
      startedAt: minutes(-101),
      endedAt: minutes(-100),
      stored: 1,
      deleted: 1,
    }
    await services.statuses.ensure(id, { lastRun, lastSuccessAt: minutes(-100) })
    await aRun(services, 'dead', { state: 'running', parts: 1, startedAt: minutes(-150), partStartedAt: minutes(-150) })
    expect(await tick(minutes(0))).toMatchObject({ lostRuns: 1 })
    expect(await services.statuses.read(id)).toEqual({
      accountId: id,
      lastRun,
      lastSuccessAt: minutes(-100),
      resume: {},
    })
  })

  // For 10,000 accounts with the function's own limits, see test/stack/many-accounts.test.ts.
  it('a tick requests runs of hundreds of accounts, each exactly once', async () => {
    const { state, add, tick } = world()
    for (let index = 0; index < 500; index += 1) add({ accountId: `many-${index}` })
    expect(await tick(minutes(30))).toMatchObject({ changed: 500, due: 500 })
    expect(new Set(state.jobs.map(({ accountId }) => accountId)).size).toBe(500)
  })
})
