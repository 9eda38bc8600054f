import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest'
import { accountSummarySchema } from '../../../lib/overview/account-summary.ts'
import { changedSummaries } from '../../../lib/overview/changed-summaries.ts'
import { listSummaries } from '../../../lib/overview/list-summaries.ts'
import { account } from '../../support/account-rows.ts'
import { profile } from '../../support/oauth2-setup.ts'
import { failure, type OverviewWorld, startOverviewWorld } from './overview-world.ts'

let world: OverviewWorld
beforeAll(async () => {
  world = await startOverviewWorld()
})
afterAll(() => world.stop())
beforeEach(async () => {
  await world.tables.clear()
  world.clock.now = new Date('2026-11-23T10:05:00.000Z')
})

const changedAt = '2026-11-23T08:00:00.000Z'
const create = async (accountId: string, fields = {}) =>
  await world.services.accounts.create(account({ accountId, createdAt: changedAt, changedAt, ...fields }))
const later = (seconds: number) => {
  world.clock.now = new Date(world.clock.now.getTime() + seconds * 1000)
  return world.clock.now.toISOString()
}
const idsSince = async (since: string) =>
  (await changedSummaries(world.services, since, 1000)).items.map(({ accountId }) => accountId)

it('a summary shows the settings, the health, the latest run and the run in progress of an account', async () => {
  await world.services.queues.create({
    queueId: 'q1',
    name: 'Support',
    validity: 'valid',
    comment: '',
    version: 1,
    ...{ createdAt: changedAt, createdBy: 'x', changedAt, changedBy: 'x' },
  })
  await create('a', { dispatching: { by: 'queue', queueId: 'q1' }, comment: 'Printers', version: 7, username: 'desk' })
  await world.ended('a', { oldestWaitingAt: '2026-11-23T09:59:00.000Z' })
  await world.run('a', 'run-2', { state: 'running', partStartedAt: '2026-11-23T10:04:59.000Z' })
  const { items } = await listSummaries(world.services, 10)
  expect(items).toEqual([
    {
      accountId: 'a',
      type: 'IMAPS',
      host: 'mail.example.org',
      port: 993,
      username: 'desk',
      folder: 'INBOX',
      validity: 'valid',
      trusted: false,
      comment: 'Printers',
      etag: '"7"',
      authentication: 'password',
      dispatching: { by: 'queue', queueId: 'q1', queueName: 'Support' },
      health: {
        state: 'ok',
        detail: 'Fetched at 2026-11-23 10:00 UTC.',
        nextTryAt: '2026-11-23T10:10:00.000Z',
      },
      run: { runId: 'run-2', state: 'running', since: '2026-11-23T10:04:59.000Z' },
      lastRun: { runId: 'run-of-a', state: 'done', endedAt: '2026-11-23T10:00:05.000Z', stored: 2 },
      oldestWaitingAt: '2026-11-23T09:59:00.000Z',
    },
  ])
  expect(items.map((item) => accountSummarySchema.strict().parse(item))).toEqual(items)
})

it('summaries of failing, new, switched-off and unconnected accounts have the states of the accounts themselves', async () => {
  await world.services.profiles.create(profile({ profileId: 'p1', name: 'Desk' }))
  await create('failing')
  await create('new', { createdAt: '2026-11-23T10:04:00.000Z', changedAt: '2026-11-23T10:04:00.000Z' })
  await create('off', { validity: 'invalid' })
  await create('unconnected', { credential: { method: 'oauth2', profileId: 'p1' } })
  await create('uidls', { type: 'POP3S', folder: undefined })
  await world.ended('failing', failure(20))
  await world.ended('uidls')
  await world.services.statuses.change('uidls', { resume: { uidls: 'unstable' } })
  const { items } = await listSummaries(world.services, 10)
  expect(
    items.map(({ accountId, health: { state, code, since }, oauth2 }) => [accountId, state, code, since, oauth2]),
  ).toEqual([
    ['failing', 'failing', 'credentials-rejected', '2026-11-23T09:40:00.000Z', undefined],
    ['new', 'waiting', undefined, undefined, undefined],
    ['off', 'not-fetched', undefined, undefined, undefined],
    ['uidls', 'warning', 'uidls-unstable', undefined, undefined],
    [
      'unconnected',
      'waiting',
      'consent-missing',
      undefined,
      { profileId: 'p1', profileName: 'Desk', state: 'consent-missing' },
    ],
  ])
})

it('the pages of the list contain every account once and have one beginning', async () => {
  for (let number = 0; number < 25; number += 1) await create(`a${100 + number}`)
  const found: string[] = []
  let page = await listSummaries(world.services, 10)
  const { began } = page
  for (;;) {
    found.push(...page.items.map(({ accountId }) => accountId))
    expect(page.began).toBe(began)
    if (!page.next) break
    later(1)
    page = await listSummaries(world.services, 10, page.next)
  }
  expect(found).toEqual(Array.from({ length: 25 }, (_, number) => `a${100 + number}`))
})

it('a page of long summaries stays below 1 MB and continues where it ends', async () => {
  // The health contains it twice: in its detail and in its cause.
  const detail = 'x'.repeat(10_000)
  for (let number = 0; number < 60; number += 1) {
    await create(`a${1000 + number}`)
    const { lastError } = failure(20)
    await world.ended(`a${1000 + number}`, { lastError: { ...lastError, detail } })
  }
  const first = await listSummaries(world.services, 1000)
  expect(Buffer.byteLength(JSON.stringify(first))).toBeLessThan(1_000_000)
  expect(first.items.length).toBeGreaterThan(20)
  const second = await listSummaries(world.services, 1000, first.next)
  expect(first.items.length + second.items.length).toBe(60)
  expect(second.items[0]?.accountId).toBe(`a${1000 + first.items.length}`)
})

it('a client that follows receives the accounts that were changed, queued, started or ended, and no others', async () => {
  for (const accountId of ['edited', 'queued', 'running', 'ended', 'quiet', 'busy']) await create(accountId)
  await world.run('busy', 'long', { state: 'running', partStartedAt: world.clock.now.toISOString() })
  later(300)
  const { began } = await listSummaries(world.services, 10)
  expect(await idsSince(began)).toEqual([])

  const at = later(120)
  await world.run('queued', 'r1')
  await world.run('running', 'r2', { state: 'running', partStartedAt: at })
  await world.run('ended', 'r3', { state: 'done', endedAt: at })
  const row = await world.services.accounts.read('edited')
  if (row) await world.services.accounts.replace({ ...row, version: 2, changedAt: at, comment: 'new' }, 1)
  const asked = later(120)
  const changes = await changedSummaries(world.services, began, 1000)
  expect(changes.items.map(({ accountId, run, etag }) => [accountId, run?.state, etag])).toEqual([
    ['edited', undefined, '"2"'],
    ['ended', undefined, '"1"'],
    ['queued', 'queued', '"1"'],
    ['running', 'running', '"1"'],
  ])
  expect(changes).toMatchObject({ removed: [], began: asked })
  later(120)
  expect(await idsSince(changes.began)).toEqual([])
})

it('a change of an account does not hide its older run', async () => {
  await create('a')
  await world.run('a', 'long', { state: 'running', partStartedAt: world.clock.now.toISOString() })
  const began = later(600)
  const row = await world.services.accounts.read('a')
  if (row) await world.services.accounts.replace({ ...row, version: 2, changedAt: later(60) }, 1)
  const { items } = await changedSummaries(world.services, began, 1000)
  expect(items.map(({ run }) => run?.runId)).toEqual(['long'])
})

it('runs that end on the other side of an hour are among the changes', async () => {
  await create('before')
  await create('after')
  world.clock.now = new Date('2026-11-23T10:59:30.000Z')
  const began = world.clock.now.toISOString()
  await world.run('before', 'r1', { state: 'done', endedAt: later(20) })
  await world.run('after', 'r2', { state: 'failed', endedAt: later(20) })
  expect(await idsSince(began)).toEqual(['after', 'before'])
})

it('a deleted account is among the removed ones, but not an account whose removal failed', async () => {
  for (const accountId of ['deleted', 'kept']) await create(accountId)
  const began = world.clock.now.toISOString()
  await world.services.removals.note('deleted', new Date(later(90)))
  await world.services.removals.note('kept', world.clock.now)
  await world.services.accounts.remove('deleted', 1)
  later(120)
  const changes = await changedSummaries(world.services, began, 1000)
  expect(changes.removed).toEqual(['deleted'])
  later(120)
  expect((await changedSummaries(world.services, changes.began, 1000)).removed).toEqual([])
})

it('many changes come in pages, and only the first one has the removed accounts', async () => {
  const began = world.clock.now.toISOString()
  later(90)
  for (let number = 0; number < 5; number += 1) {
    await create(`a${number}`)
    await world.run(`a${number}`, `r${number}`)
  }
  await world.services.removals.note('gone', world.clock.now)
  const first = await changedSummaries(world.services, began, 3)
  expect(first).toMatchObject({ removed: ['gone'], next: { after: 'a2' } })
  const second = await changedSummaries(world.services, began, 3, first.next)
  expect(second).toMatchObject({ removed: [], began: first.began })
  expect([...first.items, ...second.items].map(({ accountId }) => accountId)).toEqual(['a0', 'a1', 'a2', 'a3', 'a4'])
  expect(second.next).toBeUndefined()
})

it('a cursor that is older than an hour is refused, so that the client loads the list again', async () => {
  const began = world.clock.now.toISOString()
  later(3601)
  await expect(changedSummaries(world.services, began, 10)).rejects.toMatchObject({ code: 'cursor-expired' })
})
