import { expect, it } from 'vitest'
import { endGrantsHandler } from '../../../functions/end-grants/handler.ts'
import type { EndGrantsServices } from '../../../lib/oauth2/tokens/end-grants.ts'
import type { Grant } from '../../../lib/oauth2/tokens/grant.ts'
import { memoryLog } from '../../support/http-event.ts'

const grant = (accountId: string): Grant => ({
  grantKey: `account#${accountId}`,
  version: 1,
  profileId: 'people',
  grantEpoch: 1,
  username: accountId,
  state: 'connected',
  sealed: 'sealed-in-no-log',
  endedAt: '2026-06-01T12:00:00.000Z',
})

const run = async (revoke: EndGrantsServices['revoke'], ended = [grant('01DESK')], remaining = 300_000) => {
  const log = memoryLog()
  const counted: string[] = []
  const removed: string[] = []
  const noted: string[] = []
  const rows = new Map(ended.map((row) => [row.grantKey, row]))
  const handler = endGrantsHandler({
    log,
    note: async (consents) => void noted.push(...consents.map(({ grantKey }) => grantKey)),
    metrics: {
      count: (name, value, dimensions = {}) => counted.push(`${name} ${value} ${JSON.stringify(dimensions)}`),
    },
    services: {
      grants: {
        everything: async function* () {
          yield [...rows.values()]
        },
        read: async (key) => rows.get(key),
        end: async () => undefined,
        removeEnded: async ({ grantKey }) => {
          removed.push(grantKey)
          return true
        },
      },
      accounts: { existing: async () => new Set<string>(), readMany: async () => [] },
      profiles: { readMany: async () => [] },
      revoke,
      now: () => new Date('2026-06-01T12:05:00.000Z'),
    },
  })
  await handler({}, { getRemainingTimeInMillis: () => remaining })
  return { lines: log.lines, text: JSON.stringify(log.lines), counted, removed, noted }
}

const finding = { detail: 'The provider said no.', remedy: 'x', cure: 'change' } as const

it('end-grants logs each revoked consent without its tokens', async () => {
  const { text, counted, removed } = await run(async () => ({ outcome: 'revoked' }))
  expect(text).toContain('a consent has ended')
  expect(text).toContain('account#01DESK')
  expect(text).not.toContain('sealed-in-no-log')
  expect(counted).toEqual([])
  expect(removed).toEqual(['account#01DESK'])
})

it('end-grants reports a failed revocation with code, words, remedy and metric, and removes the row', async () => {
  const failed = async () => ({ outcome: 'failed', finding: { ...finding, code: 'client-unknown' } }) as const
  const { text, counted, removed } = await run(failed)
  expect(text).toContain('client-unknown')
  expect(text).toContain('The provider said no.')
  expect(text).toContain('an administrator at the provider, can end it')
  expect(counted).toEqual(['RevocationFailed 1 {"code":"client-unknown"}'])
  expect(removed).toEqual(['account#01DESK'])
})

it('end-grants logs that the next run tries again if the provider cannot be reached', async () => {
  const code = 'provider-unreachable'
  const { text, counted, removed } = await run(async () => ({
    outcome: 'failed',
    finding: { ...finding, code, cure: 'waiting' },
  }))
  expect(text).toContain('the next run tries again')
  expect(counted).toEqual([])
  expect(removed).toEqual([])
})

it('end-grants stops with an error and a metric if too many consents have no account', async () => {
  const orphans = ['a', 'b', 'c', 'd'].map((id) => ({ ...grant(id), endedAt: undefined }))
  const { lines, counted, removed } = await run(async () => ({ outcome: 'revoked' }), orphans)
  expect(JSON.stringify(lines)).toContain('restored')
  expect(counted).toEqual(['EndGrantsStopped 1 {}'])
  expect(removed).toEqual([])
})

it('end-grants begins no revocation if the remaining time may be too short', async () => {
  const { removed } = await run(async () => ({ outcome: 'revoked' }), [grant('01DESK')], 29_000)
  expect(removed).toEqual([])
})
