import { describe, expect, it } from 'vitest'
import { takeJob } from '../../../../lib/fetching/take-job.ts'
import { FakeServer } from '../fake-server.ts'
import { aDeadline, aMail, anAccount, memoryServices, tick } from '../memory-services.ts'

const slots = ['2026-06-01T12:00:00.000Z', '2026-06-01T12:10:00.000Z', '2026-06-01T12:20:00.000Z'] as const
const large = (number: number) => Buffer.concat([aMail(number), Buffer.alloc(9 * 1024 * 1024, 'x')])

/** A world in which a run was killed after it had stored the raw mail of the second of three messages. */
const worldAfterCrash = async (mailOf: (number: number) => Buffer, stored: (mail: Buffer) => Buffer) => {
  const server = new FakeServer([mailOf(1), mailOf(2), mailOf(3)])
  const memory = memoryServices(server, anAccount())
  const run = (slot: string) => takeJob(memory.services, tick(slot), aDeadline(memory.state.now))
  const keep = memory.services.ledger.create
  // The run finds the ID of the second message without writing its row.
  let messageId = ''
  memory.services.ledger.create = async (row) => {
    if (row.source.uid !== '2') return await keep(row)
    messageId = row.messageId
    throw new Error('killed')
  }
  await run(slots[0])
  memory.services.ledger.create = keep
  memory.state.raw.set(messageId, stored(memory.state.raw.get(messageId) ?? Buffer.alloc(0)))
  return { server, memory, run, messageId, before: memory.state.raw.get(messageId) }
}

describe.each([
  ['a message', aMail],
  ['a message in parts', large],
])('%s whose raw mail is already stored', (name, mailOf) => {
  it(`${name} is stored once if a run was killed before it wrote the row`, async () => {
    const { memory, run, server, messageId, before } = await worldAfterCrash(mailOf, (mail) => mail)
    expect(await run(slots[1])).toMatchObject({ state: 'done', counts: { skipped: 0, left: 0 } })
    expect(memory.state.raw.get(messageId)).toBe(before)
    expect(memory.state.messages.get(messageId)).toMatchObject({ state: 'announced' })
    expect(server.messages).toEqual([])
  })

  it(`${name} with other bytes stays on the server and is in the quarantine, and the stored mail stays`, async () => {
    const { memory, run, server, messageId, before } = await worldAfterCrash(mailOf, () => aMail(77))
    const ended = await run(slots[1])
    expect(ended).toMatchObject({ state: 'done', skippedBecause: { 'raw-mail-differs': 1 } })
    expect(ended.events).toMatchObject([{ code: 'raw-mail-differs', messageId }])
    expect(memory.state.raw.get(messageId)).toBe(before)
    expect(memory.state.messages.has(messageId)).toBe(false)
    expect(server.messages.map(({ uid }) => uid)).toEqual(['2'])
    expect([...memory.state.unstored.values()]).toMatchObject([{ messageId, reason: { code: 'raw-mail-differs' } }])
    expect(memory.state.statuses.get('account-1')).toMatchObject({ warning: { code: 'raw-mail-differs' } })

    memory.state.raw.delete(messageId)
    expect(await run(slots[2])).toMatchObject({ state: 'done', counts: { stored: 1, deleted: 1 } })
    expect(memory.state.unstored.size).toBe(0)
    expect(memory.state.statuses.get('account-1')).not.toHaveProperty('warning')
  })
})

it('a run fails as a failure of the bucket if raw mail expires while it is compared', async () => {
  const { memory, run, server } = await worldAfterCrash(aMail, (mail) => mail)
  memory.services.raw.open = async () => undefined
  expect(await run(slots[1])).toMatchObject({ state: 'failed', error: { code: 'storage-failed' } })
  expect(server.messages.map(({ uid }) => uid)).toContain('2')
})
