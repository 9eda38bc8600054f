import { describe, expect, it } from 'vitest'
import { limits } from '../../../lib/fetching/limits.ts'
import { recordCrash, takeJob } from '../../../lib/fetching/take-job.ts'
import { FakeServer } from './fake-server.ts'
import { aDeadline, aMail, memoryServices, tick } from './memory-services.ts'

const count = 2 * limits.inFlight + 50

const world = () => {
  const server = new FakeServer(Array.from({ length: count }, (_, index) => aMail(index + 1)))
  const memory = memoryServices(server)
  const inFlight = () => memory.state.statuses.get('account-1')?.resume?.inFlight ?? []
  let round = 0
  const run = async (services = memory.services) => {
    const slot = new Date(Date.parse('2026-06-01T00:00:00.000Z') + round * 3_600_000).toISOString()
    round += 1
    memory.state.now = Date.parse(slot) + 5_000
    return await takeJob(services, tick(slot), aDeadline(memory.state.now)).catch(() =>
      recordCrash(memory.services, tick(slot)),
    )
  }
  return { server, memory, inFlight, run }
}

describe('the messages in flight', () => {
  it.each(['ascending', 'descending'] as const)(
    'each message is recorded as in flight before it is read, if the server sends them in %s order',
    async (order) => {
      const { server, memory, inFlight, run } = world()
      const sizes: number[] = []
      const unrecorded: string[] = []
      server.descending = order === 'descending'
      const { raw } = memory.services
      const put: typeof raw.put = (messageId, bytes, signal, origin) => {
        sizes.push(inFlight().length)
        const uid = origin?.source.uid ?? ''
        if (!inFlight().includes(uid)) unrecorded.push(uid)
        return raw.put(messageId, bytes, signal, origin)
      }
      expect((await run({ ...memory.services, raw: { ...raw, put } })).state).toBe('done')
      expect(memory.state.announced).toHaveLength(count)
      expect(unrecorded).toEqual([])
      if (order === 'ascending') expect(Math.max(...sizes)).toBeLessThanOrEqual(limits.inFlight + limits.storesUnderWay)
    },
  )

  it('a message that only its bytes identify is recorded as in flight whenever it is read', async () => {
    const { server, inFlight, run } = world()
    server.stableUids = false
    const bytes = Buffer.concat([aMail(0), Buffer.alloc(1000, 'x')])
    server.messages.unshift({ uid: 'large', bytes, streamed: true })
    const recorded: boolean[] = []
    server.onRetrieve = (uid) => {
      if (uid === 'large') recorded.push(inFlight().includes(`size:${bytes.length}`))
    }
    expect(await run()).toMatchObject({ state: 'done', counts: { stored: count + 1 } })
    // First to hash it, and then to store it.
    expect(recorded).toEqual([true, true])
  })

  it('after a crash, only the messages that were in flight are read one by one', async () => {
    const { server, memory, run } = world()
    const killer = `${limits.inFlight + 20}`
    let crashes = 0
    server.onRetrieve = (uid) => {
      if (uid !== killer) return
      crashes += 1
      throw new TypeError('the process dies here')
    }
    expect((await run()).state).not.toBe('done')
    const { suspects = [] } = memory.state.statuses.get('account-1')?.resume ?? {}
    expect(suspects).toContain(killer)
    expect(suspects.length).toBeLessThanOrEqual(limits.inFlight + limits.storesUnderWay)
    for (let more = 0; more < 5; more += 1) await run()
    expect(crashes).toBe(limits.deaths + 1)
    expect(memory.state.announced).toHaveLength(count - 1)
    expect(server.log.filter((line) => line === 'retrieve 1').length).toBeLessThanOrEqual(
      limits.inFlight + limits.storesUnderWay + 5,
    )
  })
})
