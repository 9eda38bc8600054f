import { describe, expect, it } from 'vitest'
import { recordCrash, takeJob } from '../../../lib/fetching/take-job.ts'
import { FakeServer } from './fake-server.ts'
import { aDeadline, aMail, memoryServices, tick } from './memory-services.ts'

/** Runs until a run ends normally. @returns the order in which each run requested the messages */
const runsUntilDone = async (killers: readonly string[], count: number) => {
  const server = new FakeServer(Array.from({ length: count }, (_, index) => aMail(index + 1)))
  const memory = memoryServices(server)
  const runs: string[][] = []
  server.onRetrieve = (uid) => {
    runs.at(-1)?.push(uid)
    if (killers.includes(uid)) throw new TypeError('the process dies here')
  }
  for (let round = 0; round < 20; round += 1) {
    const slot = new Date(Date.parse('2026-06-01T00:00:00.000Z') + round * 3_600_000).toISOString()
    memory.state.now = Date.parse(slot) + 5_000
    runs.push([])
    const run = await takeJob(memory.services, tick(slot), aDeadline(memory.state.now)).catch(() =>
      recordCrash(memory.services, tick(slot)),
    )
    if (run.state === 'done') return { runs, memory, run }
  }
  throw new Error('no run ended')
}

describe('messages behind a message that crashes its run', () => {
  it('messages behind a message that crashes its run are fetched after the first crash, not after the third', async () => {
    const { runs, memory, run } = await runsUntilDone(['1'], 4)
    // First the chunk, then the first message alone, then all other messages before it.
    expect(runs).toEqual([['1'], ['1'], ['2', '3', '4', '1'], ['1'], []])
    expect(memory.state.announced).toHaveLength(3)
    expect(run).toMatchObject({ skippedBecause: { deadly: 1 } })
  })

  it('of several messages that crash their run, those with fewer crashes are fetched first', async () => {
    const { runs, memory, run } = await runsUntilDone(['1', '2'], 4)
    expect(runs).toEqual([['1'], ['1'], ['2'], ['3', '4', '1'], ['2'], ['1'], ['2'], []])
    expect(memory.state.announced).toHaveLength(2)
    expect(run).toMatchObject({ skippedBecause: { deadly: 2 } })
  })

  it('crashes caused by a message are counted even if new mail arrives before each run', async () => {
    const server = new FakeServer([aMail(1)])
    const memory = memoryServices(server)
    server.onRetrieve = (uid) => {
      if (uid === '1') throw new TypeError('the process dies here')
    }
    const deaths: Array<number | undefined> = []
    for (let round = 0; round < 4; round += 1) {
      server.messages.push({ uid: String(round + 10), bytes: aMail(round + 10) })
      const slot = new Date(Date.parse('2026-06-01T00:00:00.000Z') + round * 3_600_000).toISOString()
      memory.state.now = Date.parse(slot) + 5_000
      await takeJob(memory.services, tick(slot), aDeadline(memory.state.now)).catch(() =>
        recordCrash(memory.services, tick(slot)),
      )
      deaths.push(memory.state.statuses.get('account-1')?.resume?.deaths?.['1'])
    }
    expect(deaths).toEqual([undefined, 1, 2, 3])
    expect(memory.state.announced).toHaveLength(4)
  })
})
