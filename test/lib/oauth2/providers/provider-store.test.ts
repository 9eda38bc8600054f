import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { shippedProvider } from '../../../../lib/oauth2/providers/built-in-providers.ts'
import type { Provider } from '../../../../lib/oauth2/providers/provider.ts'
import { ProviderStore } from '../../../../lib/oauth2/providers/provider-store.ts'
import { startTables, type TestTables } from '../../../support/dynamo.ts'

let tables: TestTables
let unreadable: string[]
let store: ProviderStore
beforeAll(async () => {
  tables = await startTables()
})
afterAll(() => tables.stop())
beforeEach(async () => {
  await tables.clear()
  unreadable = []
  store = new ProviderStore(tables.table('oauth2', { onUnreadable: (key) => unreadable.push(key) }))
})

const shipped = (providerId: string): Provider => {
  const provider = shippedProvider(providerId)
  if (!provider) throw new Error('The provider is not shipped')
  return provider
}
const custom = (providerId: string, fields: Partial<Provider> = {}): Provider => ({
  ...shipped('google'),
  providerId,
  kind: 'custom',
  name: providerId,
  ...fields,
})

describe('ProviderStore', () => {
  test('ProviderStore returns the shipped defaults if there is no row, even to readers', async () => {
    expect(await store.read('microsoft')).toEqual(shipped('microsoft'))
    expect(await new ProviderStore(tables.table('oauth2')).read('google')).toEqual(shipped('google'))
    expect(await store.read('nobody')).toBeUndefined()
  })

  test('ProviderStore reads many providers in the given order, without missing ones', async () => {
    await store.create(custom('b'))
    await store.replace({ ...shipped('google'), name: 'Ours', version: 2 }, 1)
    const found = await store.readMany(['google', 'gone', 'b', 'microsoft'])
    expect(found.map(({ providerId, name }) => [providerId, name])).toEqual([
      ['google', 'Ours'],
      ['b', 'b'],
      ['microsoft', 'Microsoft 365'],
    ])
  })

  test('ProviderStore writes only over the expected version, including that of a provider without a row', async () => {
    const changed = { ...shipped('google'), name: 'Ours', version: 2 }
    expect(await store.replace(changed, 2)).toBe(false)
    expect(await store.replace(changed, 1)).toBe(true)
    expect(await store.replace(changed, 1)).toBe(false)
    await store.create(custom('a'))
    expect(await store.replace(custom('a', { version: 2 }), 7)).toBe(false)
    expect(await store.remove('a', 7)).toBe(false)
    expect(await store.remove('a', 1)).toBe(true)
    // The row was removed, so a late change does not restore it.
    expect(await store.replace(custom('a', { version: 2 }), 1)).toBe(false)
  })

  test('ProviderStore: a reset keeps version and stamp, but no settings', async () => {
    await store.replace({ ...shipped('google'), tokenEndpoint: 'https://old.example/token', version: 2 }, 1)
    const at = '2026-03-01T10:00:00.000Z'
    const reset = { ...shipped('google'), version: 3, changedAt: at, changedBy: 'anna' }
    expect(await store.reset({ ...reset, tokenEndpoint: 'https://other.example/token' }, 2)).toBe(true)
    expect(await store.read('google')).toEqual(reset)
    expect(JSON.stringify(await tables.table('oauth2').get('provider#google'))).not.toContain('endpoint')
  })

  test('ProviderStore lists the custom providers by name without case, and no built-in ones', async () => {
    for (const name of ['beta', 'Alpha', 'gamma']) await store.create(custom(name))
    await store.replace({ ...shipped('google'), name: 'Aaa', version: 2 }, 1)
    const first = await store.list({ limit: 2 })
    expect(first.providers.map(({ name }) => name)).toEqual(['Alpha', 'beta'])
    const second = await store.list({ limit: 2, after: first.next })
    expect(second.providers.map(({ name }) => name)).toEqual(['gamma'])
  })

  test('ProviderStore omits an unreadable row from lists and reports it, and throws when it reads the row alone', async () => {
    await store.create(custom('good'))
    await tables.table('oauth2').put({ key: 'provider#bad', kind: 'custom', listingKey: 'bad', providerId: 'bad' })
    await tables.table('oauth2').put({ key: 'provider#google', providerId: 'google', version: 2 })
    expect((await store.list({ limit: 10 })).providers.map(({ name }) => name)).toEqual(['good'])
    expect(await store.readMany(['microsoft', 'google'])).toEqual([shipped('microsoft')])
    expect(unreadable).toEqual(['provider#bad', 'provider#google'])
    await expect(store.read('google')).rejects.toThrow()
    await expect(new ProviderStore(tables.table('oauth2')).read('google')).rejects.toThrow()
  })

  test('ProviderStore cannot read a reset row of a provider that is no longer built in', async () => {
    const row = { providerId: 'gone', asShipped: true, version: 2, createdAt: 'x', createdBy: 'x' }
    await tables.table('oauth2').put({ ...row, key: 'provider#gone', changedAt: 'x', changedBy: 'x' })
    await expect(store.read('gone')).rejects.toThrow()
  })
})
