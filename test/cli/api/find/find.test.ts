import { describe, expect, it } from 'vitest'
import { ApiClient } from '../../../../cli/api/client.ts'
import { accountIdOf } from '../../../../cli/api/find/accounts.ts'
import { systemAddressOf } from '../../../../cli/api/find/addresses.ts'
import { deliveryIdOf } from '../../../../cli/api/find/deliveries.ts'
import { messageIdOf } from '../../../../cli/api/find/messages.ts'
import { quarantinedIdOf } from '../../../../cli/api/find/quarantined.ts'
import { runIdOf } from '../../../../cli/api/find/runs.ts'
import { accountAnswer } from '../../account-answer.ts'
import { scriptedApi } from '../../scripted-api.ts'

const ulid = (end: string) => `01JNBZ4ZQ0V7M3T9H2K5W8X${end}`
const messageId = `5f3a9c01b2d4${'0'.repeat(52)}`
const runAnswer = (runId: string) => ({
  ...{ runId, accountId: ulid('ACC'), state: 'done', trigger: 'request', askedAt: '2025-03-02T08:00:00.000Z' },
  ...{ askedBy: 'ann', bytes: 0, roundTrips: 0, parts: 1, events: [], skippedBecause: {}, storedByQueue: {} },
  counts: { found: 0, stored: 0, alreadyKnown: 0, skipped: 0, left: 0, deleted: 0, announced: 0 },
})

/** Answers each list with these items, and finds with the given function. */
const finding = async <T>(
  lists: Readonly<Record<string, readonly unknown[]>>,
  find: (api: ApiClient) => Promise<T>,
): Promise<{ found: T | string; asked: string[] }> => {
  await using api = await scriptedApi(({ path }) => ({ body: { items: lists[path.split('?')[0] ?? ''] ?? [] } }))
  const found = await find(new ApiClient({ url: api.url, token: 'a-token' })).catch(({ message }: Error) => message)
  return { found, asked: api.asked.map(({ path }) => path) }
}

const bob = accountAnswer({ accountId: ulid('B0B'), username: 'bob', host: 'mail.example.com' })

describe('names and parts of ids', () => {
  it.each([
    ['an account', accountIdOf, ulid('ACC')],
    ['a run', runIdOf, ulid('RVN')],
    ['a run of the schedule', runIdOf, '0a1b2c3d4e5f60718293a4b5c6'],
    ['a message', messageIdOf, messageId],
    ['a delivery', deliveryIdOf, `${ulid('DST')}.${messageId}`],
    ['an entry of the quarantine', quarantinedIdOf, messageId],
    ['a system address', systemAddressOf, 'support@example.com'],
  ])('the full id of %s needs no request', async (_what, find, id) => {
    expect(await finding({}, (api) => find(api, id))).toEqual({ found: id, asked: [] })
  })

  it.each(['bob', 'bob@mail.example.com', 'bob at mail.example.com', '01JNBZ4ZQ0', '01JNBZ…XB0B'])(
    'one request finds an account by %s',
    async (text) => {
      const { found, asked } = await finding({ '/accounts': [bob] }, (api) => accountIdOf(api, text))
      expect(found).toBe(bob.accountId)
      expect(asked).toEqual([`/accounts?limit=100&filter=${text.startsWith('bob') ? 'bob' : text.split('…')[0]}`])
    },
  )

  it('an unknown account is reported with the nearest names', async () => {
    await using api = await scriptedApi(({ path }) => ({ body: { items: path.includes('filter') ? [] : [bob] } }))
    const client = new ApiClient({ url: api.url, token: 'a-token' })
    await expect(accountIdOf(client, 'bbo')).rejects.toThrow('There is no account `bbo`. Did you mean `bob`?')
  })

  it('the beginning of a run’s id limits the search to the time that it contains', async () => {
    const { found, asked } = await finding({ '/runs': [runAnswer(ulid('RVN'))] }, (api) => runIdOf(api, '01JNBZ4Z'))
    expect(found).toBe(ulid('RVN'))
    const [path = ''] = asked
    const query = new URL(path, 'http://x').searchParams
    expect(Date.parse(query.get('to') ?? '') - Date.parse(query.get('from') ?? '')).toBeLessThan(130_000)
    expect(asked).toHaveLength(1)
  })

  it('accounts of the same mailbox are told apart by their folder', async () => {
    const other = accountAnswer({ accountId: ulid('B0C'), username: 'bob', host: 'mail.example.com', folder: 'Orders' })
    const { found } = await finding({ '/accounts': [bob, other] }, (api) => accountIdOf(api, 'bob'))
    expect(found).toMatch(/XB0B +bob at mail\.example\.com, IMAPS, folder INBOX\n/)
    expect(found).toMatch(/XB0C +bob at mail\.example\.com, IMAPS, folder Orders$/)
  })

  it('a part of a run of the schedule is found among the newest runs', async () => {
    const id = 'fa1b2c3d4e5f60718293a4b5c6'
    expect(await finding({ '/runs': [runAnswer(id)] }, (api) => runIdOf(api, 'fa1b2c'))).toEqual({
      found: id,
      asked: ['/runs?limit=100'],
    })
    const { found } = await finding({}, (api) => runIdOf(api, 'fa1b2c'))
    expect(found).toContain('No run whose id matches `fa1b2c` was found.')
  })

  it('a part of a message’s id is found among the newest messages', async () => {
    const messages = [{ messageId }, { messageId: `5f3a${'1'.repeat(60)}` }]
    const find = (text: string) => finding({ '/messages': messages }, (api) => messageIdOf(api, text))
    expect((await find('5f3a9c01b2d4')).found).toBe(messageId)
    expect((await find('5f3a9')).found).toBe(messageId)
    expect((await find('5f3a')).found).toContain('matches 2 messages')
    expect((await find('abcd')).found).toContain('last 31 days')
    expect(await find('printer')).toMatchObject({ asked: [] })
  })

  it('a delivery is found by its destination and message, or by its message alone', async () => {
    const deliveryId = `${ulid('DST')}.${messageId}`
    const lists = {
      '/destinations': [{ destinationId: ulid('DST'), name: 'OTOBO' }],
      '/deliveries': [{ deliveryId, messageId, destinationName: 'OTOBO', subject: 'Printer' }],
      '/messages': [{ messageId }],
      '/quarantine': [{ kind: 'delivery', deliveryId, messageId }],
    }
    for (const text of ['otobo.5f3a', '01JNBZ4ZQ0.5f3a9c', '5f3a9c01b2d4', messageId])
      expect(await finding(lists, (api) => deliveryIdOf(api, text)), text).toMatchObject({ found: deliveryId })
    for (const text of ['5f3a', '01JNBZ4ZQ0.5f3a9c'])
      expect((await finding(lists, (api) => quarantinedIdOf(api, text))).found).toBe(deliveryId)
    const two = [...lists['/deliveries'], { deliveryId: `${ulid('TWO')}.${messageId}`, messageId }]
    const { found } = await finding({ ...lists, '/deliveries': two }, (api) => deliveryIdOf(api, messageId))
    expect(found).toContain('matches 2 deliveries')
  })
})
