import { afterAll, beforeEach, describe, expect, test } from 'vitest'
import { deliveryIdOf } from '../../../lib/handover/ledger/delivery.ts'
import { startDeliveries } from '../../support/handover/deliveries-world.ts'
import { destinationOf } from '../../support/handover/destinations.ts'
import { readerClaims } from '../../support/http-event.ts'
import { messageOf } from '../../support/messages.ts'

const world = await startDeliveries()
const { plan, ledger, lanes, plans } = world
afterAll(world.stop)

const post = (path: string, body?: unknown) => world.call('POST', path, { ...(body !== undefined && { body }) })
const reason = { code: 'exit-65', detail: 'The command refused the mail.', remedy: 'Read the mail.' }
const { messageId } = messageOf('refused')
const id = deliveryIdOf('otobo', messageId)

describe('actions of a person', () => {
  beforeEach(async () => {
    await world.tables.clear()
    await world.destinations.create(destinationOf({ destinationId: 'otobo', name: 'OTOBO' }))
    await world.destinations.create(destinationOf({ destinationId: 'zammad', name: 'Zammad' }))
    await plan('refused', 30, { otobo: { state: 'quarantined', reason, attemptCount: 3 } })
  })

  test('a retry lets a quarantined delivery be tried at once, and puts it back into its lane', async () => {
    const { status, body } = await post(`/deliveries/${id}/retry`)
    expect(status).toBe(200)
    expect(body).toMatchObject({ deliveryId: id, state: 'pending', attemptCount: 0, destinationName: 'OTOBO' })
    const row = await ledger.read(id)
    expect(await lanes.head(row?.lane ?? '')).toMatchObject({ deliveryId: id })
  })

  test('a handled delivery keeps the name of the person and the note', async () => {
    const { body } = await post(`/deliveries/${id}/handle`, { note: 'Answered by phone.' })
    expect(body).toMatchObject({
      state: 'handled',
      reason: { code: 'handled', detail: 'admin@example.org marked the delivery as handled: Answered by phone.' },
    })
    const again = await post(`/deliveries/${id}/handle`)
    expect(again).toMatchObject({ status: 409, body: { code: 'delivery-ended' } })
  })

  test('a redirection creates the other delivery and ends this one', async () => {
    const { status, body } = await post(`/deliveries/${id}/redirect`, { destinationId: 'zammad' })
    expect(status).toBe(200)
    expect(body).toMatchObject({
      deliveryId: deliveryIdOf('zammad', messageId),
      state: 'pending',
      destinationName: 'Zammad',
      subject: 'Subject of refused',
    })
    expect(await ledger.read(id)).toMatchObject({ state: 'handled', reason: { code: 'redirected' } })
    expect(await plans.read(messageId)).toMatchObject({ plannedFor: ['otobo', 'zammad'] })
  })

  test('a redirection to an unknown destination names the field and changes nothing', async () => {
    const { status, body } = await post(`/deliveries/${id}/redirect`, { destinationId: 'unknown' })
    expect(status).toBe(400)
    expect(body.errors).toEqual([{ path: '/destinationId', message: 'There is no destination with this id.' }])
    expect(await ledger.read(id)).toMatchObject({ state: 'quarantined' })
  })

  test('a replay delivers an ended delivery again, but not an open one', async () => {
    await post(`/deliveries/${id}/handle`)
    expect(await post(`/deliveries/${id}/replay`)).toMatchObject({
      status: 200,
      body: { state: 'pending', replay: true },
    })
    expect(await post(`/deliveries/${id}/replay`)).toMatchObject({ status: 409, body: { code: 'delivery-open' } })
  })

  test('a replay of a message delivers it to a destination that did not select it', async () => {
    const { status, body } = await post(`/messages/${messageId}/replay`, { destinationId: 'zammad' })
    expect(status).toBe(200)
    expect(body).toMatchObject({ deliveryId: deliveryIdOf('zammad', messageId), state: 'pending', replay: true })
    const unknown = messageOf('unknown').messageId
    expect((await post(`/messages/${unknown}/replay`, { destinationId: 'zammad' })).status).toBe(404)
  })

  test('a replay of several messages answers for each of them, and one does not stop the others', async () => {
    await plan('open', 20, { otobo: {} })
    const ids = ['refused', 'unknown', 'open', 'refused'].map((name) => messageOf(name).messageId)
    const { status, body } = await post('/destinations/otobo/replay', { messageIds: ids })
    expect(status).toBe(200)
    expect(body.items).toMatchObject([
      { messageId: ids[0], delivery: { state: 'pending', replay: true, subject: 'Subject of refused' } },
      { messageId: ids[1], problem: { code: 'not-found' } },
      { messageId: ids[2], problem: { code: 'delivery-open', detail: 'The delivery is pending.' } },
    ])
    expect(body.items).toHaveLength(3)
    const again = await post('/destinations/otobo/replay', { messageIds: ids.slice(0, 1) })
    expect(again.body.items).toMatchObject([{ problem: { code: 'delivery-open' } }])
    const { rows } = await world.tables.table('audit').query({
      index: 'by-subject',
      partition: ['subject', `/deliveries/${id}`],
    })
    expect(rows).toMatchObject([{ action: 'replay', outcome: 'made' }])
  })

  test('a replay of several messages needs an existing destination, an admin and at most 100 messages', async () => {
    expect((await post('/destinations/unknown/replay', { messageIds: [messageId] })).status).toBe(404)
    const many = Array.from({ length: 101 }, (_, number) => number.toString(16).padStart(64, '0'))
    for (const messageIds of [[], many, ['no id']])
      expect((await post('/destinations/otobo/replay', { messageIds })).status).toBe(400)
    const body = { messageIds: [messageId] }
    const answer = await world.call('POST', '/destinations/otobo/replay', { body, claims: readerClaims })
    expect(answer.status).toBe(403)
  })

  test.each(['retry', 'handle', 'redirect', 'replay'])('a reader may not %s a delivery', async (action) => {
    const body = action === 'redirect' ? { destinationId: 'zammad' } : {}
    const answer = await world.call('POST', `/deliveries/${id}/${action}`, { body, claims: readerClaims })
    expect(answer).toMatchObject({ status: 403, body: { code: 'role-missing' } })
    expect(await ledger.read(id)).toMatchObject({ state: 'quarantined' })
  })

  test('every action is recorded with its person', async () => {
    await post(`/deliveries/${id}/retry`)
    const { rows } = await world.tables.table('audit').query({
      index: 'by-subject',
      partition: ['subject', `/deliveries/${id}`],
    })
    expect(rows).toMatchObject([{ action: 'retry', who: 'admin@example.org', outcome: 'made' }])
  })
})
