import { expect, it } from 'vitest'
import { limits } from '../../../lib/fetching/limits.ts'
import { takeJob } from '../../../lib/fetching/take-job.ts'
import { FakeServer } from './fake-server.ts'
import { aDeadline, aMail, memoryServices, tick } from './memory-services.ts'

const mails = (count: number) => Array.from({ length: count }, (_, index) => aMail(index + 1))

it('each part of a run counts the messages that it stored itself', async () => {
  const server = new FakeServer(mails(2 * limits.chunkMessages + 5))
  const memory = memoryServices(server)
  let read = 0
  server.onRetrieve = () => {
    read += 1
    if (read % limits.chunkMessages === 1) memory.state.now += 300_000
  }
  await takeJob(memory.services, tick('2026-06-01T15:00:00.000Z'), aDeadline(memory.state.now))
  for (let job = memory.state.jobs.shift(); job; job = memory.state.jobs.shift())
    await takeJob(memory.services, job, aDeadline(memory.state.now))
  expect(memory.state.counted).toEqual([limits.chunkMessages, limits.chunkMessages, 5])
})

it('a run that stores nothing counts nothing', async () => {
  const memory = memoryServices(new FakeServer([]))
  await takeJob(memory.services, tick('2026-06-01T12:00:00.000Z'), aDeadline(memory.state.now))
  expect(memory.state.counted).toEqual([])
})

it('a run whose messages cannot be counted ends well, and operators read about it', async () => {
  const memory = memoryServices(new FakeServer(mails(3)))
  memory.state.fail.count = true
  const run = await takeJob(memory.services, tick('2026-06-01T12:00:00.000Z'), aDeadline(memory.state.now))
  expect(run).toMatchObject({ state: 'done', counts: { stored: 3, deleted: 3 } })
  expect(JSON.stringify(memory.state.logged)).toContain(run.runId)
})
