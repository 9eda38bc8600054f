import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { shippedProvider } from '../../../../lib/oauth2/providers/built-in-providers.ts'
import { DynamoProviderReader } from '../../../../lib/oauth2/providers/dynamo-provider-reader.ts'
import { DynamoProviderStore } from '../../../../lib/oauth2/providers/dynamo-provider-store.ts'
import type { Provider } from '../../../../lib/oauth2/providers/provider.ts'
import { startTables, type TestTables } from '../../../support/dynamo.ts'

let tables: TestTables
let unreadable: string[]
let store: DynamoProviderStore
beforeAll(async () => {
  tables = await startTables()
})
afterAll(() => tables.stop())
beforeEach(async () => {
  await tables.clear()
  unreadable = []
  store = new DynamoProviderStore(tables.table('oauth2'), { onUnreadable: (key) => unreadable.push(key) })
})

const shipped = (providerId: string): Provider => {
  const provider = shippedProvider(providerId)
  if (!provider) throw new Error('not shipped')
  return provider
}
const custom = (providerId: string, fields: Partial<Provider> = {}): Provider => ({
  ...shipped('google'),
  providerId,
  kind: 'custom',
  name: providerId,
  ...fields,
})

describe('DynamoProviderStore', () => {
  test('answers what is shipped where there is no row, to readers too', async () => {
    expect(await store.read('microsoft')).toEqual(shipped('microsoft'))
    expect(await new DynamoProviderReader(tables.table('oauth2')).read('google')).toEqual(shipped('google'))
    expect(await store.read('nobody')).toBeUndefined()
  })

  test('reads many in the order asked for, without those that are gone', async () => {
    await store.create(custom('b'))
    await store.replace({ ...shipped('google'), name: 'Ours', version: 2 }, 1)
    const found = await store.readMany(['google', 'gone', 'b', 'microsoft'])
    expect(found.map(({ providerId, name }) => [providerId, name])).toEqual([
      ['google', 'Ours'],
      ['b', 'b'],
      ['microsoft', 'Microsoft 365'],
    ])
  })

  test('writes over a known version only, the one without a row included', async () => {
    const changed = { ...shipped('google'), name: 'Ours', version: 2 }
    expect(await store.replace(changed, 2)).toBe(false)
    expect(await store.replace(changed, 1)).toBe(true)
    expect(await store.replace(changed, 1)).toBe(false)
    await store.create(custom('a'))
    expect(await store.replace(custom('a', { version: 2 }), 7)).toBe(false)
    expect(await store.remove('a', 7)).toBe(false)
    expect(await store.remove('a', 1)).toBe(true)
    // It is gone: a late change does not bring it back.
    expect(await store.replace(custom('a', { version: 2 }), 1)).toBe(false)
  })

  test('a reset keeps version and stamp, and nothing of the settings', async () => {
    await store.replace({ ...shipped('google'), tokenEndpoint: 'https://old.example/token', version: 2 }, 1)
    const at = '2026-03-01T10:00:00.000Z'
    const reset = { ...shipped('google'), version: 3, changedAt: at, changedBy: 'anna' }
    expect(await store.reset({ ...reset, tokenEndpoint: 'https://other.example/token' }, 2)).toBe(true)
    expect(await store.read('google')).toEqual(reset)
    expect(JSON.stringify(await tables.table('oauth2').get('provider#google'))).not.toContain('endpoint')
  })

  test('lists the custom ones by name, whatever its case, and never a built-in one', async () => {
    for (const name of ['beta', 'Alpha', 'gamma']) await store.create(custom(name))
    await store.replace({ ...shipped('google'), name: 'Aaa', version: 2 }, 1)
    const first = await store.list({ limit: 2 })
    expect(first.providers.map(({ name }) => name)).toEqual(['Alpha', 'beta'])
    const second = await store.list({ limit: 2, after: first.next })
    expect(second.providers.map(({ name }) => name)).toEqual(['gamma'])
  })

  test('a row that cannot be read is left out of lists and reported, and read by itself it is an error: what is shipped is not put in its place', async () => {
    await store.create(custom('good'))
    await tables.table('oauth2').put({ key: 'provider#bad', kind: 'custom', listingKey: 'bad', providerId: 'bad' })
    await tables.table('oauth2').put({ key: 'provider#google', providerId: 'google', version: 2 })
    expect((await store.list({ limit: 10 })).providers.map(({ name }) => name)).toEqual(['good'])
    expect(await store.readMany(['microsoft', 'google'])).toEqual([shipped('microsoft')])
    expect(unreadable).toEqual(['provider#bad', 'provider#google'])
    await expect(store.read('google')).rejects.toThrow()
    await expect(new DynamoProviderReader(tables.table('oauth2')).read('google')).rejects.toThrow()
  })

  test('a reset row of something that is not built in any more is not readable', async () => {
    const row = { providerId: 'gone', asShipped: true, version: 2, createdAt: 'x', createdBy: 'x' }
    await tables.table('oauth2').put({ ...row, key: 'provider#gone', changedAt: 'x', changedBy: 'x' })
    await expect(store.read('gone')).rejects.toThrow()
  })
})
