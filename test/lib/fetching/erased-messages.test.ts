import { describe, expect, it } from 'vitest'
import { takeJob } from '../../../lib/fetching/take-job.ts'
import { FakeServer } from './fake-server.ts'
import { aDeadline, aMail, anAccount, memoryServices, tick } from './memory-services.ts'

/** Larger than a message that is fetched in one piece. */
const large = (number: number) => Buffer.concat([aMail(number), Buffer.alloc(9 * 1024 * 1024, 'x')])

/** A world with an account that keeps its mail, whose only message was stored and then erased. */
const worldAfterErasure = async (mail: Buffer) => {
  const server = new FakeServer([mail])
  const memory = memoryServices(server, anAccount({ afterFetch: { action: 'keep' } }))
  const run = (minute: number) =>
    takeJob(memory.services, tick(`2026-06-01T12:${minute}:00.000Z`), aDeadline(memory.state.now))
  await run(10)
  const [[messageId, row] = []] = memory.state.messages
  if (messageId === undefined || !row) throw new Error('the message was not stored')
  const { header: _header, ...rest } = row
  const erased = { at: '2026-06-01T12:15:00.000Z', by: 'jane' }
  memory.state.messages.set(messageId, { ...rest, state: 'erased', erased })
  memory.state.raw.clear()
  return { server, memory, run }
}

describe.each([
  ['an erased message', aMail(1)],
  ['an erased large message', large(1)],
])('%s that is still on the server', (name, mail) => {
  it(`${name} is not stored again`, async () => {
    const { memory, run } = await worldAfterErasure(mail)
    expect(await run(20)).toMatchObject({ state: 'done', counts: { stored: 0 } })
    expect(memory.state.raw.size).toBe(0)
    expect(memory.state.announced).toHaveLength(1)
  })

  it(`${name} is not stored again after a UIDVALIDITY change`, async () => {
    const { server, memory, run } = await worldAfterErasure(mail)
    server.uidValidity = '8'
    expect(await run(20)).toMatchObject({ state: 'done', counts: { stored: 0, alreadyKnown: 1 } })
    expect(memory.state.raw.size).toBe(0)
    expect([...memory.state.messages.values()].map(({ state }) => state)).toEqual(['erased', 'erased'])
    expect(memory.state.announced).toHaveLength(1)
  })
})
