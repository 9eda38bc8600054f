import { expect } from 'vitest'
import { changedSummaries } from '../../../lib/overview/changed-summaries.ts'
import { type ListPosition, listSummaries } from '../../../lib/overview/list-summaries.ts'
import { readOverview } from '../../../lib/overview/read-overview.ts'
import { summariseTick } from '../../../lib/overview/summarise-tick.ts'
import { failure, startOverviewWorld } from './overview-world.ts'

/** @returns how often each request was sent */
const countsOf = (requests: readonly string[]): Record<string, number> =>
  Object.fromEntries([...Map.groupBy(requests, (request) => request)].map(([request, all]) => [request, all.length]))

/** The number of the accounts that are failing. */
const failing = 30

/**
 * Checks how many requests the overview, the list of all accounts and a tick send to the tables.
 * @param pages how many pages of 1,000 accounts there are
 */
export const checkRequests = async (pages: number): Promise<void> => {
  const world = await startOverviewWorld()
  try {
    await world.fill(pages * 1000, (index) => (index < failing ? failure(index + 1) : {}))
    const report = { slot: '2026-11-23T10:00:00.000Z', changed: 0, due: pages * 1000, refused: 0 }

    // 1 MB of the index contains at least 2,000 accounts. Only the first tick and one after a change count them.
    const firstTick = countsOf(await world.requestsOf(() => summariseTick(world.services, report)))
    expect(firstTick['Query listed']).toBeLessThanOrEqual(Math.ceil(pages / 2) + 1)
    expect(firstTick).toMatchObject({ BatchGetItem: 1, GetItem: 1, PutItem: 1 })
    const tick = countsOf(await world.requestsOf(() => summariseTick(world.services, report)))
    expect(tick).toEqual({ 'Query listed': 1, Query: 1, BatchGetItem: 1, GetItem: 1, PutItem: 1 })

    const view = countsOf(await world.requestsOf(() => readOverview(world.services)))
    expect(view).toEqual({ Query: 2, 'Query by-kind': 2, 'Query open': 1, 'Query listed': 1, BatchGetItem: 1 })
    const { accounts, failing: found } = await readOverview(world.services)
    expect(accounts).toMatchObject({ total: pages * 1000, valid: pages * 1000, failing })
    expect(found.total).toBe(failing)

    const loaded = { items: 0, pages: 0, largest: 0 }
    const load = async () => {
      let next: ListPosition | undefined
      do {
        const page = await listSummaries(world.services, 1000, next)
        loaded.items += page.items.length
        loaded.pages += 1
        loaded.largest = Math.max(loaded.largest, Buffer.byteLength(JSON.stringify(page)))
        next = page.next
      } while (next)
    }
    const list = countsOf(await world.requestsOf(load))
    expect(loaded).toMatchObject({ items: pages * 1000, pages: loaded.pages })
    expect(loaded.pages).toBeLessThanOrEqual(pages + 1)
    expect(loaded.largest).toBeLessThan(1_000_000)
    // Each page reads the accounts in one request and their statuses in up to two. The failing ones are read by id.
    expect(list['Query listed']).toBeLessThanOrEqual(3 * loaded.pages)
    expect(list).toMatchObject({ 'Query recent': 2 * loaded.pages, BatchGetItem: 1 })

    const began = world.clock.now.toISOString()
    world.clock.now = new Date(world.clock.now.getTime() + 30_000)
    await world.run('a100500', 'r1', { state: 'done', endedAt: world.clock.now.toISOString() })
    const follow = countsOf(await world.requestsOf(() => changedSummaries(world.services, began, 1000)))
    // The single row says whether someone receives the mail.
    expect(follow).toEqual({ 'Query by-change': 1, Query: 1, 'Query recent': 3, BatchGetItem: 2, GetItem: 1 })
  } finally {
    await world.stop()
  }
}
