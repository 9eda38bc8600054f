import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import {
  type Attempt,
  attemptsPerTicket,
  ConsentStore,
  type Ticket,
} from '../../../../lib/oauth2/consent/consent-store.ts'
import { startTables, type TestTables } from '../../../support/dynamo.ts'

let tables: TestTables
let store: ConsentStore
beforeEach(async () => {
  tables = await startTables()
  store = new ConsentStore(tables.table('consents'))
})
afterEach(() => tables.stop())

const now = new Date('2026-03-02T08:00:00.000Z')
const later = (seconds: number) => new Date(now.getTime() + seconds * 1000)
const expiresAt = now.getTime() / 1000 + 600

const ticket: Ticket = {
  consentKey: 'ticket#t',
  accountId: 'account',
  asked: { profileId: 'profile', grantEpoch: 1, protocol: 'imap', username: 'jane', host: 'mail.example.com' },
  requestedBy: 'admin',
  requestedAt: now.toISOString(),
  attempts: 0,
  expiresAt,
}
const attempt: Attempt = {
  consentKey: 'state#s',
  ticketKey: 'ticket#t',
  browserHash: 'browser',
  startedAt: now.toISOString(),
  expiresAt,
}

describe('tickets in the consent store', () => {
  it('a ticket is read as it was added, and cannot be replaced', async () => {
    await store.addTicket(ticket)
    expect(await store.readTicket('ticket#t')).toEqual(ticket)
    await expect(store.addTicket(ticket)).rejects.toThrow('already exists')
    expect(await store.readTicket('ticket#other')).toBeUndefined()
  })

  it('a ticket counts its attempts up to the limit', async () => {
    await store.addTicket({ ...ticket, attempts: attemptsPerTicket - 1 })
    expect(await store.countAttempt('ticket#t', now)).toBe(true)
    expect(await store.countAttempt('ticket#t', now)).toBe(false)
    expect(await store.readTicket('ticket#t')).toMatchObject({ attempts: attemptsPerTicket })
  })

  it('a ticket that has expired or does not exist allows no attempt', async () => {
    await store.addTicket(ticket)
    expect(await store.countAttempt('ticket#t', later(599))).toBe(true)
    expect(await store.countAttempt('ticket#t', later(600))).toBe(false)
    expect(await store.countAttempt('ticket#none', now)).toBe(false)
    expect(await store.readTicket('ticket#none')).toBeUndefined()
  })

  it('a ticket can be used only once, even by simultaneous requests', async () => {
    await store.addTicket(ticket)
    const used = await Promise.all(Array.from({ length: 8 }, () => store.useTicket('ticket#t', now)))
    expect(used.filter(Boolean)).toHaveLength(1)
    expect(await store.countAttempt('ticket#t', now)).toBe(false)
    expect(await store.useTicket('ticket#none', now)).toBe(false)
  })

  it('a ticket can be given back only by the request that used it', async () => {
    await store.addTicket(ticket)
    await store.useTicket('ticket#t', now)
    await store.giveTicketBack('ticket#t', later(1))
    expect(await store.useTicket('ticket#t', later(2))).toBe(false)
    await store.giveTicketBack('ticket#t', now)
    expect(await store.readTicket('ticket#t')).toEqual(ticket)
    await store.giveTicketBack('ticket#none', now)
    expect(await store.readTicket('ticket#none')).toBeUndefined()
    expect(await store.useTicket('ticket#t', later(2))).toBe(true)
  })

  it('a ticket records why its last attempt failed until one succeeds', async () => {
    await store.addTicket(ticket)
    const failure = { code: 'x', detail: 'Words.', remedy: 'Remedy.', at: now.toISOString() }
    await store.noteFailure('ticket#t', failure)
    expect(await store.readTicket('ticket#t')).toMatchObject({ lastFailure: failure })
    await store.useTicket('ticket#t', now)
    expect(await store.readTicket('ticket#t')).not.toHaveProperty('lastFailure')
    await store.noteFailure('ticket#t', failure)
    expect(await store.readTicket('ticket#t')).not.toHaveProperty('lastFailure')
    await store.noteFailure('ticket#none', failure)
    expect(await store.readTicket('ticket#none')).toBeUndefined()
  })
})

describe('attempts in the consent store', () => {
  it('an attempt can be taken only once, even by simultaneous requests', async () => {
    await store.addAttempt(attempt)
    const taken = await Promise.all(Array.from({ length: 8 }, () => store.takeAttempt('state#s', 'browser', now)))
    expect(taken.filter((one) => one !== undefined)).toEqual([{ ...attempt, takenAt: now.toISOString() }])
  })

  it.each([
    ['by another browser', 'state#s', 'another', now],
    ['after its expiry', 'state#s', 'browser', later(600)],
    ['if it does not exist', 'state#none', 'browser', now],
  ])('an attempt cannot be taken %s, and does not change', async (_, key, browser, time) => {
    await store.addAttempt(attempt)
    expect(await store.takeAttempt(key, browser, time)).toBeUndefined()
    expect(await store.readAttempt('state#s')).toEqual(attempt)
    expect(await store.readAttempt('state#none')).toBeUndefined()
  })

  it('an attempt gets its outcome only after it was taken', async () => {
    await store.addAttempt(attempt)
    const outcome = { kind: 'failed', code: 'x', detail: 'Words.', remedy: 'Remedy.' } as const
    await store.settleAttempt('state#s', outcome, expiresAt + 60)
    expect(await store.readAttempt('state#s')).toEqual(attempt)
    await store.takeAttempt('state#s', 'browser', now)
    await store.settleAttempt('state#s', outcome, expiresAt + 60)
    expect(await store.readAttempt('state#s')).toMatchObject({ outcome, expiresAt: expiresAt + 60 })
  })
})
