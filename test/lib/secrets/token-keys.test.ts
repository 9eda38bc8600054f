import { describe, expect, it } from 'vitest'
import { CachedTokenKeys } from '../../../lib/secrets/token-keys.ts'
import { randomKeyMaterial } from '../../support/token-keys.ts'

const first = randomKeyMaterial()
const second = randomKeyMaterial()

/** A secret whose text the test changes, and a clock. */
const aSecret = (text: string = JSON.stringify({ current: '1', 1: first })) => {
  const secret = { text, reads: 0, now: 0 }
  const read = async () => {
    secret.reads += 1
    return secret.text
  }
  return { secret, keys: new CachedTokenKeys(read, () => secret.now) }
}

describe('the keys of tokens', () => {
  it('are read once for ten minutes', async () => {
    const { secret, keys } = aSecret()
    expect(await keys.current()).toEqual({ keyId: '1', material: first })
    expect(await keys.byId('1')).toEqual({ keyId: '1', material: first })
    expect(secret.reads).toBe(1)
    secret.text = JSON.stringify({ current: '2', 1: first, 2: second })
    secret.now = 10 * 60_000
    expect(await keys.current()).toEqual({ keyId: '2', material: second })
    expect(await keys.byId('1')).toEqual({ keyId: '1', material: first })
  })

  it('are read again for a key that was added meanwhile, but not over and over for one that is gone', async () => {
    const { secret, keys } = aSecret()
    await keys.current()
    secret.text = JSON.stringify({ current: '2', 1: first, 2: second })
    secret.now = 6_000
    expect(await keys.byId('2')).toEqual({ keyId: '2', material: second })
    expect(await keys.byId('3')).toBeUndefined()
    expect(secret.reads).toBe(2)
  })

  it('are not remembered where reading fails', async () => {
    const { secret, keys } = aSecret('not json')
    await expect(keys.current()).rejects.toThrow('does not have the form')
    secret.text = JSON.stringify({ current: '1', 1: first })
    expect((await keys.current()).keyId).toBe('1')
  })

  it.each([
    ['no JSON', first],
    ['no current key', JSON.stringify({ 1: first })],
    ['a current key that is not there', JSON.stringify({ current: '2', 1: first })],
    ['a key that is too short', JSON.stringify({ current: '1', 1: first.slice(0, 42) })],
  ])('are refused with %s, without a word of the content', async (_, text) => {
    const failure = await aSecret(text)
      .keys.current()
      .catch((error: unknown) => error)
    expect(failure).toBeInstanceOf(Error)
    expect(String(failure)).not.toContain(first.slice(0, 8))
    expect(failure).not.toHaveProperty('cause')
  })
})
