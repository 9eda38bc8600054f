import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { eraseMessage } from '../../../lib/erasing/erase-message.ts'
import { eraseSelection } from '../../../lib/erasing/erase-selection.ts'
import { DynamoDeliveryLedger } from '../../../lib/handover/ledger/delivery-ledger.ts'
import { claimed, planned, settled } from '../../../lib/handover/ledger/transitions.ts'
import type { Message } from '../../../lib/messages/message.ts'
import { CopyStore, copyKeyOf } from '../../../lib/messages/store/copy-store.ts'
import { MessageCatalog } from '../../../lib/messages/store/message-catalog.ts'
import { MessageErasures } from '../../../lib/messages/store/message-erasures.ts'
import { DynamoMessageLedger, messageRowOf } from '../../../lib/messages/store/message-ledger.ts'
import { S3RawStore } from '../../../lib/messages/store/s3-raw-store.ts'
import { StoredVersions } from '../../../lib/messages/store/stored-versions.ts'
import { actor } from '../../support/actor.ts'
import { auditTrailOver } from '../../support/audit.ts'
import { startTables, type TestTables } from '../../support/dynamo.ts'
import { messageOf } from '../../support/messages.ts'
import { startVersionedS3 } from '../../support/versioned-s3.ts'

const never = new AbortController().signal
const jane = actor('jane')
const secret = 'a private matter'
let tables: TestTables
let s3: Awaited<ReturnType<typeof startVersionedS3>>
const now = new Date('2026-03-09T10:00:00.000Z')

beforeAll(async () => {
  tables = await startTables()
  s3 = await startVersionedS3()
})
afterAll(async () => {
  await s3.stop()
  await tables.stop()
})
beforeEach(() => tables.clear())

const services = () => ({
  messages: new MessageCatalog(tables.table('messages'), { now: () => now }),
  erasures: new MessageErasures(tables.table('messages')),
  ledger: new DynamoDeliveryLedger(tables.table('deliveries')),
  storage: new StoredVersions(s3.client, s3.bucket),
  audit: auditTrailOver(tables, () => now),
  now: () => now,
})

const announced: Partial<Message> = { state: 'announced', server: 'deleted', removedAt: '2026-03-01T10:01:00.000Z' }

/** Stores a message with content in every place that can hold it. */
const storedMessage = async (name: string, more: Partial<Message> = {}, destinationIds: string[] = []) => {
  const message = messageOf(name, {
    ...announced,
    header: {
      from: secret,
      subject: secret,
      messageIdHeader: `<${name}@example.org>`,
      references: [],
      recipients: [{ header: 'to', address: secret }],
      truncated: [],
    },
    reason: { code: 'recipient', detail: secret },
    control: { title: secret },
    ...more,
  })
  await tables.table('messages').put({ ...messageRowOf(message), plannedFor: destinationIds })
  await new S3RawStore(s3.client, s3.bucket).put(message.messageId, Buffer.from(secret), never)
  return message
}
/** How the attempt with the lease `lease` ended. */
const attemptOf = (at: Date) => ({
  ...{ lease: 'lease', startedAt: at.toISOString(), milliseconds: 1, at: at.toISOString(), random: 0.5 },
  ...{ doubt: 'repeat' as const, idempotency: 'none' as const },
})
/** Services with which a worker leases the message's delivery as soon as the row is erased. */
const attemptBeginsDuring = async (message: Message) => {
  const { erasures, ledger, ...others } = services()
  const at = now.toISOString()
  const until = new Date(now.getTime() + 60_000).toISOString()
  const open = planned('desk', message, at)
  await ledger.create(open)
  const erase = async (...args: Parameters<MessageErasures['erase']>) => {
    const isErased = await erasures.erase(...args)
    await ledger.replace(open, claimed(open, { lease: 'lease', until, at }))
    return isErased
  }
  return {
    racing: { ...others, ledger, erasures: { withRepeats: erasures.withRepeats.bind(erasures), erase } },
    open,
    until,
  }
}
const rowOf = async ({ messageId }: Message) => await tables.table('messages').get(messageId)
const copies = () => new CopyStore(s3.client, s3.bucket)
async function* chunks() {
  yield Buffer.from(secret)
}

describe('erasing a message', () => {
  it('erasing removes the content from the row, the deliveries and the bucket, and keeps the identity', async () => {
    const message = await storedMessage('one', {}, ['desk', 'mirror'])
    const { ledger } = services()
    const attempt = {
      at: now.toISOString(),
      lease: 'l',
      milliseconds: 1,
      result: 'delivered' as const,
      code: 'accepted',
    }
    const open = planned('mirror', message, now.toISOString())
    const delivered = {
      ...planned('desk', message, now.toISOString()),
      state: 'delivered' as const,
      attempts: [{ ...attempt, detail: secret, bytes: 1 }],
      remote: { ticket: '42', url: `https://example.com/${secret}`, result: secret },
    }
    for (const delivery of [open, delivered]) await ledger.create(delivery)
    await copies().put(copyKeyOf('desk', message.messageId), chunks(), never)
    await copies().put(copyKeyOf('desk', message.messageId), chunks(), never)

    const erased = await eraseMessage(services(), message.messageId, jane)
    expect(erased).toMatchObject({ state: 'erased', erased: { at: now.toISOString(), by: 'jane', bySub: 'sub-jane' } })
    expect(erased.source).toEqual(message.source)
    expect(erased.sha256).toBe(message.sha256)
    const everything = [await rowOf(message), await ledger.readMany([open.deliveryId, delivered.deliveryId])]
    expect(JSON.stringify(everything)).not.toContain(secret)
    expect(JSON.stringify(everything)).not.toContain('headerKey')
    expect(await ledger.read(open.deliveryId)).toMatchObject({ state: 'handled', reason: { code: 'message-erased' } })
    expect(await ledger.read(delivered.deliveryId)).toMatchObject({ state: 'delivered', remote: { ticket: '42' } })
    expect([message.messageId, 'copies/desk/'].flatMap((prefix) => s3.versions(prefix))).toEqual([])
  })

  it('an erasure can be repeated, and the first person and time stay', async () => {
    const message = await storedMessage('again')
    await eraseMessage(services(), message.messageId, jane)
    expect(await eraseMessage(services(), message.messageId, actor('joe'))).toMatchObject({ erased: { by: 'jane' } })
  })

  it('erasing a message erases its repeats, but not an equal message in its own right', async () => {
    const bytes = { sha256: 'f'.repeat(64) }
    const first = await storedMessage('first', bytes)
    const repeat = await storedMessage('repeat', { ...bytes, state: 'ignored', sameAs: first.messageId })
    const other = await storedMessage('other', bytes)
    await eraseMessage(services(), repeat.messageId, jane)
    for (const one of [first, repeat]) {
      expect(await rowOf(one)).toMatchObject({ state: 'erased' })
      expect(s3.versions(one.messageId)).toEqual([])
    }
    expect(await rowOf(other)).toMatchObject({ state: 'announced' })
    expect(s3.versions(other.messageId)).toHaveLength(1)
  })

  it('a message that still has to be announced or planned is not erased', async () => {
    const message = await storedMessage('stored', { state: 'stored' })
    await expect(eraseMessage(services(), message.messageId, jane)).rejects.toMatchObject({ code: 'message-under-way' })
    await new DynamoMessageLedger(tables.table('messages')).markAnnounced({
      messageId: message.messageId,
      at: now.toISOString(),
    })
    await expect(eraseMessage(services(), message.messageId, jane)).rejects.toMatchObject({ code: 'message-under-way' })
    expect(JSON.stringify(await rowOf(message))).toContain(secret)
    expect(s3.versions(message.messageId)).toHaveLength(1)
  })

  it('a message that is being handed over is not erased', async () => {
    const message = await storedMessage('leased', {}, ['desk'])
    const { ledger } = services()
    const until = new Date(now.getTime() + 60_000).toISOString()
    const first = planned('desk', message, now.toISOString())
    await ledger.create(claimed(first, { lease: 'lease', until, at: now.toISOString() }))
    await expect(eraseMessage(services(), message.messageId, jane)).rejects.toMatchObject({
      code: 'delivery-under-way',
    })
    expect(await rowOf(message)).toMatchObject({ state: 'announced' })
  })

  it('an attempt that begins while a message is erased is reported, and its record is erased later', async () => {
    const message = await storedMessage('raced', {}, ['desk'])
    const { racing, open, until } = await attemptBeginsDuring(message)
    await expect(eraseMessage(racing, message.messageId, jane)).rejects.toMatchObject({
      code: 'delivery-under-way',
      message: expect.stringContaining(`Erase it again after ${until}`),
    })
    expect(await rowOf(message)).toMatchObject({ state: 'erased' })
    expect(s3.versions(message.messageId)).toEqual([])
    const { ledger } = services()
    const held = await ledger.read(open.deliveryId)
    const outcome = {
      result: 'temporary',
      scope: 'message',
      code: 'http-503',
      detail: secret,
      remedy: 'Wait.',
    } as const
    const ended = held && settled(held, { ...attemptOf(now), outcome: { ...outcome, bytes: 1 } })
    if (!held || !ended || typeof ended === 'string') throw new Error('The attempt did not end')
    await ledger.replace(held, ended)
    await eraseMessage(services(), message.messageId, jane)
    const delivery = await ledger.read(open.deliveryId)
    expect(delivery).toMatchObject({ state: 'handled', reason: { code: 'message-erased' } })
    expect(JSON.stringify(delivery)).not.toContain(secret)
  })

  it('the audit trail says who erased which message, without its content', async () => {
    const message = await storedMessage('audited')
    await eraseMessage(services(), message.messageId, jane)
    const entries: object[] = []
    for await (const rows of tables.table('audit').everything()) entries.push(...[rows].flat())
    expect(entries).toMatchObject([
      { who: 'jane', action: 'erase', subject: `/messages/${message.messageId}`, outcome: 'made' },
    ])
    expect(JSON.stringify(entries)).not.toContain(secret)
  })
})

describe('erasing a selection', () => {
  const filters = { queueId: 'queue-1', from: '2026-02-01T00:00:00.000Z' }

  it('a selection is counted first, and erased only with the right number', async () => {
    for (const name of ['a', 'b', 'c']) await storedMessage(name)
    await storedMessage('elsewhere', { queueId: 'queue-2' })
    const counted = await eraseSelection(services(), { filters }, jane)
    expect(counted).toEqual({ matching: 3, erased: 0, left: 3, refused: [] })
    await expect(eraseSelection(services(), { filters, expected: 2 }, jane)).rejects.toMatchObject({
      code: 'count-differs',
    })
    expect(await eraseSelection(services(), { filters, expected: 3 }, jane)).toMatchObject({ erased: 3, left: 0 })
    expect(await eraseSelection(services(), { filters }, jane)).toMatchObject({ matching: 0 })
    expect(await rowOf(messageOf('elsewhere'))).toMatchObject({ state: 'announced' })
  })

  it('a message that cannot be erased now is named and does not stop the others', async () => {
    await storedMessage('fine')
    const busy = await storedMessage('busy', { state: 'stored' })
    const result = await eraseSelection(services(), { filters, expected: 2 }, jane)
    expect(result).toMatchObject({
      ...{ matching: 2, erased: 1, left: 1 },
      refused: [{ messageId: busy.messageId, code: 'message-under-way' }],
    })
  })

  it('a message whose attempt began meanwhile counts as erased, and the result says that its record is not', async () => {
    const message = await storedMessage('raced', {}, ['desk'])
    const { racing, until } = await attemptBeginsDuring(message)
    const result = await eraseSelection(racing, { filters, expected: 1 }, jane)
    expect(result).toMatchObject({ erased: 1, left: 0 })
    expect(result.refused).toMatchObject([
      {
        ...{ messageId: message.messageId, code: 'delivery-under-way' },
        detail: expect.stringContaining(`Erase it again after ${until}`),
      },
    ])
  })
})
