import { afterAll, expect, test } from 'vitest'
import { callHttp, readerClaims } from '../../support/http-event.ts'
import { startMessageFunction } from '../../support/message-world.ts'
import { messageOf } from '../../support/messages.ts'

const world = await startMessageFunction('message-recovery')
const { raw, store, handler } = world
afterAll(world.stop)

const never = new AbortController().signal
const mail = Buffer.from('From: ann@example.com\r\nSubject: Lost\r\n\r\nbody\r\n')
const recover = async (body: object = { from: '2026-01-01T00:00:00Z' }, more: object = {}) =>
  await callHttp(handler, { method: 'POST', path: '/messages/recover', body, ...more })

test('the role reader must not recover messages', async () => {
  expect((await recover({}, { claims: readerClaims })).status).toBe(403)
})

test('recovering writes the record of a large mail, which S3 has in parts, and reports mail of earlier versions', async () => {
  const lost = messageOf('lost')
  const large = Buffer.concat([mail, Buffer.alloc(6 * 1024 * 1024, 'x')])
  await raw.put(lost.messageId, large, never, lost)
  const old = messageOf('of an earlier version')
  await raw.put(old.messageId, mail, never)
  const kept = messageOf('kept')
  await raw.put(kept.messageId, mail, never, kept)
  await store.create(kept)

  const { status, body } = await recover()
  expect(status).toBe(200)
  expect(body).toMatchObject({ examined: 3, withoutRecord: 2, recovered: 1 })
  expect(body.problems).toMatchObject([{ messageId: old.messageId, code: 'origin-unknown' }])
  expect(body.next).toBeUndefined()
  const [row] = await store.readMany([lost.messageId])
  expect(row).toMatchObject({
    ...{ accountId: lost.accountId, runId: lost.runId, source: lost.source, storedAt: lost.storedAt },
    ...{ size: large.length, header: { subject: 'Lost' }, state: 'stored', trusted: false },
  })
  expect(await store.readMany([kept.messageId])).toEqual([kept])
  const due: string[] = []
  for await (const messages of store.unannounced('2100-01-01T00:00:00.000Z'))
    due.push(...messages.map(({ messageId }) => messageId))
  expect(due).toContain(lost.messageId)
})

test('recovering needs a time, because rows also expire: it must not announce all mail of former years again', async () => {
  const { status, body } = await recover({ dryRun: true })
  expect(status).toBe(400)
  expect(JSON.stringify(body)).toContain('/from')
})

test('recovering refuses a token of another list and a time that is none', async () => {
  expect((await recover({ from: '2026-01-01T00:00:00Z', next: 'abc' })).status).toBe(400)
  expect((await recover({ from: 'yesterday' })).status).toBe(400)
})
