import { describe, expect, it } from 'vitest'
import { OAuth2Error } from '../../../../lib/oauth2/oauth2-error.ts'
import { TokenCipher, type Tokens } from '../../../../lib/oauth2/tokens/token-cipher.ts'
import { CachedTokenKeys } from '../../../../lib/secrets/token-keys.ts'
import { randomKeyMaterial, someTokenKeys } from '../../../support/token-keys.ts'

const grantKey = 'account#one'
const tokens = { accessToken: 'the-access-token', refreshToken: 'the-refresh-token' }
const cipherWith = (secret: Record<string, string>) =>
  new TokenCipher(new CachedTokenKeys(async () => JSON.stringify(secret)))

const sealedBy = async (cipher: TokenCipher, content: Tokens) => (await cipher.sealerFor(grantKey))(content)

const codeOf = async (work: Promise<unknown>): Promise<string | undefined> => {
  const error = await work.then(
    () => undefined,
    (failure: unknown) => failure,
  )
  expect(error).toBeInstanceOf(OAuth2Error)
  expect(JSON.stringify(error)).not.toContain('the-')
  expect(error).not.toHaveProperty('cause')
  return error instanceof OAuth2Error ? error.finding.code : undefined
}

describe('the token cipher', () => {
  it('gives back what it sealed, and shows nothing of it', async () => {
    const cipher = new TokenCipher(someTokenKeys())
    const row = await sealedBy(cipher, tokens)
    expect(row.keyId).toBe('1')
    expect(Buffer.from(row.sealed, 'base64').toString('latin1')).not.toContain('token')
    expect(await cipher.open(grantKey, row)).toEqual(tokens)
    const alone = await sealedBy(cipher, { accessToken: 'x' })
    expect(await cipher.open(grantKey, alone)).toEqual({ accessToken: 'x' })
  })

  it('never seals alike', async () => {
    const cipher = new TokenCipher(someTokenKeys())
    const all = await Promise.all(Array.from({ length: 50 }, () => sealedBy(cipher, tokens)))
    expect(new Set(all.map(({ sealed }) => sealed.slice(0, 16))).size).toBe(50)
  })

  it('does not open a row of another account', async () => {
    const cipher = new TokenCipher(someTokenKeys())
    const row = await sealedBy(cipher, tokens)
    expect(await codeOf(cipher.open('account#two', row))).toBe('tokens-unreadable')
  })

  it('does not open a row under another key, nor under the same key by another name', async () => {
    const material = randomKeyMaterial()
    const cipher = cipherWith({ current: '1', 1: material, 2: material, 3: randomKeyMaterial() })
    const { sealed } = await sealedBy(cipher, tokens)
    expect(await codeOf(cipher.open(grantKey, { sealed, keyId: '2' }))).toBe('tokens-unreadable')
    expect(await codeOf(cipher.open(grantKey, { sealed, keyId: '3' }))).toBe('tokens-unreadable')
  })

  it('says so when a key is missing, because putting it back heals that', async () => {
    const cipher = new TokenCipher(someTokenKeys())
    const { sealed } = await sealedBy(cipher, tokens)
    expect(await codeOf(cipher.open(grantKey, { sealed, keyId: 'old' }))).toBe('token-key-missing')
  })

  it('does not open anything that was changed, at any byte, or cut', async () => {
    const cipher = new TokenCipher(someTokenKeys())
    const { sealed, keyId } = await sealedBy(cipher, tokens)
    const bytes = Buffer.from(sealed, 'base64')
    for (const [index, byte] of bytes.entries()) {
      const changed = Buffer.from(bytes)
      changed[index] = byte ^ 1
      expect(await codeOf(cipher.open(grantKey, { sealed: changed.toString('base64'), keyId }))).toBe(
        'tokens-unreadable',
      )
    }
    for (const length of [0, 1, 12, 27, 28, bytes.length - 1]) {
      const cut = bytes.subarray(0, length).toString('base64')
      expect(await codeOf(cipher.open(grantKey, { sealed: cut, keyId }))).toBe('tokens-unreadable')
    }
  })

  it('reads rows of an old key while a new one is in use', async () => {
    const [one, two] = [randomKeyMaterial(), randomKeyMaterial()]
    const old = await sealedBy(cipherWith({ current: '1', 1: one }), tokens)
    const rotated = cipherWith({ current: '2', 1: one, 2: two })
    expect(await rotated.open(grantKey, old)).toEqual(tokens)
    expect((await sealedBy(rotated, tokens)).keyId).toBe('2')
  })
})
