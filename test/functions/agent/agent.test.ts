import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { newToken } from '../../../lib/handover/destinations/destination-tokens.ts'
import { type AgentWorld, sha256Of, startAgentWorld } from './agent-world.ts'

let desk: AgentWorld
beforeAll(async () => {
  desk = await startAgentWorld()
})
afterAll(() => desk.tables.stop())

let token: string
beforeEach(async () => {
  await desk.reset()
  token = await desk.destination({ destinationId: 'otobo' })
})

const mail = 'From: ann@example.com\nSubject: Printer\n\nIt burns.\n'
const ack = (lease: string) => ({ lease, milliseconds: 800, bytes: 50, ticket: '4711' })
const nack = (lease: string, more: object = {}) => ({
  lease,
  milliseconds: 800,
  scope: 'message',
  permanent: false,
  code: 'exit-75',
  detail: 'The command ended with code 75.',
  ...more,
})
const leaseOne = async () => {
  const [leased] = await desk.lease(token)
  if (!leased) throw new Error('Nothing was leased')
  return leased
}

describe('leasing', () => {
  it('an agent receives everything that it needs to hand a mail over', async () => {
    const deliveryId = await desk.plan('otobo', 'one', mail)
    const stored = desk.rawMail.get(deliveryId.slice('otobo.'.length)) ?? Buffer.alloc(0)
    expect(await desk.lease(token)).toEqual([
      {
        deliveryId,
        lease: expect.stringMatching(/^lease-/),
        until: '2026-03-02T09:05:00.000Z',
        attempt: 1,
        replays: 0,
        possiblyDoubled: false,
        messageId: deliveryId.slice('otobo.'.length),
        queue: 'Support',
        trusted: false,
        loop: false,
        size: stored.length,
        sha256: sha256Of(stored),
        from: 'ann@example.com',
        subject: 'Subject of one',
      },
    ])
    expect(await desk.lease(token)).toEqual([])
  })

  it('an agent receives the size and the hash of the copy without the sender’s control headers', async () => {
    await desk.plan('otobo', 'one', `X-OTOBO-Queue: Board\n${mail}`)
    const { size, sha256 } = await leaseOne()
    const [copy = Buffer.alloc(0)] = desk.copies.values()
    expect(copy.toString()).toBe(mail.replaceAll('\n', '\r\n'))
    expect({ size, sha256 }).toEqual({ size: copy.length, sha256: sha256Of(copy) })
  })

  it('an agent receives the ticket system’s name for the queue', async () => {
    const other = await desk.destination({
      destinationId: 'rt',
      name: 'RT',
      queueMap: { names: {}, default: 'General' },
    })
    await desk.plan('rt', 'one', mail)
    expect(await desk.lease(other)).toMatchObject([{ queue: 'General' }])
  })

  it('a mail whose header cannot be cleaned is quarantined and not leased', async () => {
    const deliveryId = await desk.plan('otobo', 'one', `Subject: ${'x'.repeat(1_200_000)}\n\nbody\n`)
    expect(await desk.lease(token)).toEqual([])
    expect(await desk.ledger.read(deliveryId)).toMatchObject({
      state: 'quarantined',
      reason: { code: 'header-field-too-long' },
    })
  })

  it('a mail whose raw mail has expired is quarantined and not leased', async () => {
    const deliveryId = await desk.plan('otobo', 'one', mail)
    desk.rawMail.clear()
    expect(await desk.lease(token)).toEqual([])
    expect(await desk.ledger.read(deliveryId)).toMatchObject({
      state: 'quarantined',
      reason: { code: 'raw-mail-expired' },
    })
  })

  it('an agent receives fewer deliveries than it asked for if preparing them takes long', async () => {
    for (const name of ['one', 'two', 'three']) await desk.plan('otobo', name, mail)
    desk.duringPreparation(() => desk.later(6_000))
    expect(await desk.lease(token)).toHaveLength(2)
  })

  it('a mail that cannot be prepared is tried again later, and its error is not shown', async () => {
    const deliveryId = await desk.plan('otobo', 'one', mail)
    desk.duringPreparation(() => {
      throw new Error('secret answer')
    })
    expect(await desk.lease(token)).toEqual([])
    const row = await desk.ledger.read(deliveryId)
    expect(row).toMatchObject({ state: 'waiting', reason: { code: 'preparation-failed' } })
    expect(JSON.stringify([row, desk.log.lines])).not.toContain('secret answer')
    expect(desk.log.lines.join('\n')).toContain(deliveryId)
  })

  it('the use of a token is recorded with the agent’s host and version', async () => {
    await desk.lease(token)
    expect(await desk.tokens.find(token)).toMatchObject({
      lastUsedAt: '2026-03-02T09:00:00.000Z',
      agent: { version: '1.0.0', host: 'otobo01' },
    })
  })

  it('the host of an agent is recorded on one line, without characters that control a terminal', async () => {
    const agent = { version: '1\u009b0', host: 'otobo01\u001b[2J\n\u202e' }
    await desk.call(token, { method: 'POST', path: '/agent/lease', body: { max: 1, seconds: 300, agent } })
    expect(await desk.tokens.find(token)).toMatchObject({ agent: { version: '1 0', host: 'otobo01 [2J' } })
  })

  it.each([
    ['more than ten deliveries', { max: 11 }],
    ['a lease of a week', { seconds: 604_800 }],
    ['an unknown field', { queue: 'Support' }],
    ['a host name without end', { agent: { version: '1', host: 'x'.repeat(256) } }],
  ])('a request for %s is refused', async (_title, more) => {
    const body = { max: 1, seconds: 300, agent: { version: '1.0.0', host: 'otobo01' }, ...more }
    const { status, body: problem } = await desk.call(token, { method: 'POST', path: '/agent/lease', body })
    expect({ status, code: problem.code }).toEqual({ status: 400, code: 'invalid-request' })
  })
})

describe('reports', () => {
  it('an acknowledged delivery is delivered, with its ticket, and the raw mail may expire', async () => {
    await desk.plan('otobo', 'one', mail)
    const { deliveryId, lease, messageId } = await leaseOne()
    expect(await desk.report(token, 'ack', deliveryId, ack(lease))).toMatchObject({
      status: 200,
      body: { state: 'delivered' },
    })
    expect(await desk.ledger.read(deliveryId)).toMatchObject({
      remote: { ticket: '4711' },
      attempts: [{ result: 'delivered', code: 'accepted', bytes: 50, milliseconds: 800 }],
    })
    expect(desk.tagged).toEqual([messageId])
  })

  it('an acknowledgement has the same answer when it is repeated', async () => {
    await desk.plan('otobo', 'one', mail)
    const { deliveryId, lease } = await leaseOne()
    const first = await desk.report(token, 'ack', deliveryId, ack(lease))
    expect(await desk.report(token, 'ack', deliveryId, ack(lease))).toEqual(first)
  })

  it('an acknowledgement still counts after its lease ran out', async () => {
    await desk.plan('otobo', 'one', mail)
    const { deliveryId, lease } = await leaseOne()
    desk.later(3_600_000)
    expect(await desk.lease(token)).toEqual([])
    expect((await desk.report(token, 'ack', deliveryId, ack(lease))).body).toEqual({ state: 'delivered' })
  })

  it('an acknowledgement keeps a ticket’s address only if it is a web address', async () => {
    await desk.plan('otobo', 'one', mail)
    const { deliveryId, lease } = await leaseOne()
    await desk.report(token, 'ack', deliveryId, { ...ack(lease), url: 'javascript:alert(1)', result: 'new\nticket' })
    expect((await desk.ledger.read(deliveryId))?.remote).toEqual({ ticket: '4711', result: 'new ticket' })
  })

  it('an acknowledgement with a lease that the delivery never had is refused', async () => {
    await desk.plan('otobo', 'one', mail)
    const { deliveryId } = await leaseOne()
    const { status, body } = await desk.report(token, 'ack', deliveryId, ack('invented'))
    expect({ status, code: body.code }).toEqual({ status: 409, code: 'lease-lost' })
  })

  it.each([
    ['waits for its next attempt', {}, 'waiting'],
    ['is quarantined after a permanent failure', { permanent: true }, 'quarantined'],
    ['is in doubt if it is unknown whether the mail arrived', { inDoubt: true }, 'in-doubt'],
    ['is pending while the ticket system fails', { scope: 'destination' }, 'pending'],
  ])('a refused delivery %s', async (_title, more, state) => {
    await desk.plan('otobo', 'one', mail)
    const { deliveryId, lease } = await leaseOne()
    expect((await desk.report(token, 'nack', deliveryId, nack(lease, more))).body).toEqual({ state })
    expect(await desk.ledger.read(deliveryId)).toMatchObject({ state, reason: { code: 'exit-75' } })
  })

  it('a failure of the ticket system pauses all of its deliveries until the probe', async () => {
    await desk.plan('otobo', 'one', mail)
    await desk.plan('otobo', 'two', mail)
    const [first] = await desk.lease(token, 1)
    await desk.report(token, 'nack', first?.deliveryId ?? '', nack(first?.lease ?? '', { scope: 'destination' }))
    expect(await desk.lease(token)).toEqual([])
    desk.later(60_000)
    const [probe, ...more] = await desk.lease(token)
    expect(more).toEqual([])
    await desk.report(token, 'ack', probe?.deliveryId ?? '', ack(probe?.lease ?? ''))
    expect(await desk.lease(token)).toHaveLength(1)
  })

  it('an answer of the ticket system about one mail alone ends the pause', async () => {
    await desk.plan('otobo', 'one', mail)
    await desk.plan('otobo', 'two', mail)
    const [first] = await desk.lease(token, 1)
    await desk.report(token, 'nack', first?.deliveryId ?? '', nack(first?.lease ?? '', { scope: 'destination' }))
    desk.later(60_000)
    const [probe] = await desk.lease(token)
    const refusal = nack(probe?.lease ?? '', { permanent: true, answered: true })
    await desk.report(token, 'nack', probe?.deliveryId ?? '', refusal)
    expect(await desk.lease(token)).toHaveLength(1)
  })

  it('a reply can be leased as soon as the mail before it was acknowledged', async () => {
    const header = { references: ['<root@example.com>'], recipients: [], truncated: [] }
    const first = await desk.plan('otobo', 'one', mail, { header, storedAt: '2026-03-01T10:00:00.000Z' })
    const reply = await desk.plan('otobo', 'two', mail, { header, storedAt: '2026-03-01T10:00:05.000Z' })
    const leased = await leaseOne()
    expect(leased.deliveryId).toBe(first)
    expect(await desk.lease(token)).toEqual([])
    await desk.report(token, 'ack', first, ack(leased.lease))
    expect(await desk.lease(token)).toMatchObject([{ deliveryId: reply }])
  })

  it.each([
    ['a detail without end', { detail: 'x'.repeat(501) }],
    ['a code with spaces', { code: 'exit 75' }],
    ['an unknown scope', { scope: 'everything' }],
  ])('a report with %s is refused', async (_title, more) => {
    await desk.plan('otobo', 'one', mail)
    const { deliveryId, lease } = await leaseOne()
    expect((await desk.report(token, 'nack', deliveryId, nack(lease, more))).status).toBe(400)
    expect((await desk.ledger.read(deliveryId))?.state).toBe('delivering')
  })
})

describe('raw mail', () => {
  it('the raw mail of a delivery is a redirect to the storage, which needs no lease', async () => {
    const deliveryId = await desk.plan('otobo', 'one', mail)
    expect(await desk.raw(token, deliveryId)).toEqual({
      status: 303,
      location: `https://storage.example.com/${deliveryId.slice('otobo.'.length)}`,
      body: undefined,
    })
  })

  it('the raw mail of a delivery with control headers is a redirect to the cleaned copy', async () => {
    const deliveryId = await desk.plan('otobo', 'one', `X-OTOBO-Queue: Board\n${mail}`)
    const { location } = await desk.raw(token, deliveryId)
    expect(location).toContain('copies/')
    expect([...desk.copies.values()].map(String)).toEqual([mail.replaceAll('\n', '\r\n')])
  })

  it('raw mail that has expired is gone', async () => {
    const deliveryId = await desk.plan('otobo', 'one', mail, { trusted: true })
    desk.rawMail.clear()
    const { status, body } = await desk.raw(token, deliveryId)
    expect({ status, code: body.code }).toEqual({ status: 410, code: 'raw-mail-expired' })
  })

  it('raw mail of an erased message is gone with this reason, although copies of it may still be stored', async () => {
    const deliveryId = await desk.plan('otobo', 'one', mail, {
      state: 'erased',
      erased: { at: '2026-03-09T10:00:00.000Z', by: 'jane' },
    })
    const { status, body } = await desk.raw(token, deliveryId)
    expect({ status, code: body.code }).toEqual({ status: 410, code: 'message-erased' })
  })

  it('raw mail whose header cannot be cleaned is not linked', async () => {
    const deliveryId = await desk.plan('otobo', 'one', `Subject: ${'x'.repeat(1_200_000)}\n\nbody\n`)
    const { status, body } = await desk.raw(token, deliveryId)
    expect({ status, code: body.code }).toEqual({ status: 422, code: 'header-field-too-long' })
  })
})

describe('a token', () => {
  const refused = { status: 401, code: 'not-signed-in' }
  const attempts = (deliveryId: string) => [
    { method: 'POST', path: '/agent/lease', body: { max: 1, seconds: 300, agent: { version: '1', host: 'h' } } },
    { method: 'GET', path: '/agent/queues' },
    { method: 'GET', path: `/agent/deliveries/${deliveryId}/raw`, params: { deliveryId } },
    { method: 'POST', path: `/agent/deliveries/${deliveryId}/ack`, params: { deliveryId }, body: ack('lease-1') },
    { method: 'POST', path: `/agent/deliveries/${deliveryId}/nack`, params: { deliveryId }, body: nack('lease-1') },
  ]

  it.each([
    ['is missing', undefined],
    ['was never issued', newToken()],
    ['has another form', 'pmt_short'],
    ['is a token of a person', `${'a'.repeat(20)}.${'b'.repeat(20)}.${'c'.repeat(20)}`],
  ])('every route refuses a request whose token %s, with the same answer', async (_title, other) => {
    const deliveryId = await desk.plan('otobo', 'one', mail)
    const answers = new Set<string>()
    for (const sketch of attempts(deliveryId)) {
      const { status, body } = await desk.call(other, sketch)
      expect({ status, code: body.code }).toEqual(refused)
      answers.add(JSON.stringify(body))
    }
    expect(answers.size).toBe(1)
    expect((await desk.ledger.read(deliveryId))?.state).toBe('pending')
  })

  it('a revoked token is refused', async () => {
    const found = await desk.tokens.find(token)
    if (found) await desk.tokens.remove(found)
    expect((await desk.call(token, { method: 'GET', path: '/agent/queues' })).status).toBe(401)
  })

  it('a token gives no access to the deliveries of another destination', async () => {
    const other = await desk.destination({ destinationId: 'rt', name: 'RT' })
    await desk.plan('otobo', 'one', mail)
    const { deliveryId, lease } = await leaseOne()
    expect(await desk.lease(other)).toEqual([])
    const answers = [
      await desk.raw(other, deliveryId),
      await desk.report(other, 'ack', deliveryId, ack(lease)),
      await desk.report(other, 'nack', deliveryId, nack(lease)),
      await desk.raw(token, 'otobo.unknown'),
    ]
    expect(answers.map(({ status }) => status)).toEqual([404, 404, 404, 404])
    expect(new Set(answers.map(({ body }) => body.detail)).size).toBe(1)
    expect((await desk.ledger.read(deliveryId))?.state).toBe('delivering')
  })

  it('no token reaches a log', async () => {
    await desk.lease(token)
    await desk.call(newToken(), { method: 'GET', path: '/agent/queues' })
    expect(desk.log.lines.join('\n')).not.toContain('pmt_')
  })
})

it('an agent can compare the queues of its ticket system with the names that mail can have', async () => {
  const names = { one: 'Helpdesk', two: 'Helpdesk' }
  const other = await desk.destination({ destinationId: 'rt', name: 'RT', queueMap: { names } })
  const stamp = { createdAt: '', createdBy: '', changedAt: '', changedBy: '', version: 1, comment: '' }
  for (const [queueId, name] of [
    ['one', 'Support'],
    ['two', 'Hardware'],
    ['three', 'Sales'],
  ])
    await desk.queues.create({ queueId: queueId ?? '', name: name ?? '', validity: 'valid', ...stamp })
  const { body } = await desk.call(other, { method: 'GET', path: '/agent/queues' })
  expect(body).toEqual({
    items: [
      { name: 'Raw', ours: ['Raw'] },
      { name: 'Helpdesk', ours: ['Hardware', 'Support'] },
      { name: 'Sales', ours: ['Sales'] },
    ],
  })
})
