import { describe, expect, it } from 'vitest'
import { OAuth2Error } from '../../../../lib/oauth2/oauth2-error.ts'
import type { SealedTokens, Tokens } from '../../../../lib/oauth2/tokens/token-cipher.ts'
import { TokenCipher } from '../../../../lib/oauth2/tokens/token-cipher.ts'
import type { DataKeyFailure } from '../../../../lib/secrets/data-keys.ts'
import { MemoryDataKeys } from '../../../support/data-keys.ts'

const grantKey = 'account#one'
const tokens = { accessToken: 'the-access-token', refreshToken: 'the-refresh-token' }

const sealedBy = async (cipher: TokenCipher, content: Tokens, key = grantKey): Promise<SealedTokens> => {
  using sealer = await cipher.newSealer(key)
  return sealer.seal(content)
}
const openedBy = async (cipher: TokenCipher, row: SealedTokens, key = grantKey): Promise<Tokens> => {
  const { tokens: content, sealer } = await cipher.open(key, row)
  sealer[Symbol.dispose]()
  return content
}

const findingOf = async (work: Promise<unknown>) => {
  const error = await work.then(
    () => undefined,
    (failure: unknown) => failure,
  )
  expect(error).toBeInstanceOf(OAuth2Error)
  expect(JSON.stringify(error)).not.toContain('the-')
  expect(error).not.toHaveProperty('cause')
  return error instanceof OAuth2Error ? error.finding : undefined
}
const codeOf = async (work: Promise<unknown>) => (await findingOf(work))?.code

describe('the token cipher', () => {
  it('the token cipher opens what it sealed, and the sealed text shows nothing of it', async () => {
    const cipher = new TokenCipher(new MemoryDataKeys())
    const row = await sealedBy(cipher, tokens)
    expect(Buffer.from(row.sealed, 'base64').toString('latin1')).not.toContain('token')
    expect(await openedBy(cipher, row)).toEqual(tokens)
    expect(await openedBy(cipher, await sealedBy(cipher, { accessToken: 'x' }))).toEqual({ accessToken: 'x' })
  })

  it('the token cipher requests a data key for the context of the account, or of the profile for app-only tokens', async () => {
    const keys = new MemoryDataKeys()
    const cipher = new TokenCipher(keys)
    for (const key of ['account#01ACCOUNT', 'profile#01PROFILE'])
      await openedBy(cipher, await sealedBy(cipher, tokens, key), key)
    expect(keys.calls).toEqual([
      { operation: 'generate', context: { 'postmaster:account': '01ACCOUNT' } },
      { operation: 'unwrap', context: { 'postmaster:account': '01ACCOUNT' } },
      { operation: 'generate', context: { 'postmaster:profile': '01PROFILE' } },
      { operation: 'unwrap', context: { 'postmaster:profile': '01PROFILE' } },
    ])
  })

  it('the token cipher never uses one data key for two grants, and never uses a nonce twice', async () => {
    const cipher = new TokenCipher(new MemoryDataKeys())
    const grants = await Promise.all(Array.from({ length: 20 }, () => sealedBy(cipher, tokens)))
    expect(new Set(grants.map(({ dataKey }) => dataKey)).size).toBe(20)
    using sealer = await cipher.newSealer(grantKey)
    const again = Array.from({ length: 50 }, () => sealer.seal(tokens))
    expect(new Set(again.map(({ sealed }) => sealed.slice(0, 16))).size).toBe(50)
  })

  it('the token cipher seals new tokens under the old ones’ data key, without requesting another', async () => {
    const keys = new MemoryDataKeys()
    const cipher = new TokenCipher(keys)
    const before = await sealedBy(cipher, tokens)
    const { sealer } = await cipher.open(grantKey, before)
    const after = sealer.seal({ accessToken: 'next' })
    expect(after.dataKey).toBe(before.dataKey)
    expect(await openedBy(cipher, after)).toEqual({ accessToken: 'next' })
    expect(keys.calls.filter(({ operation }) => operation === 'generate')).toHaveLength(1)
  })

  it('the token cipher overwrites every data key after use, even if the row cannot be decrypted', async () => {
    const keys = new MemoryDataKeys()
    const cipher = new TokenCipher(keys)
    const row = await sealedBy(cipher, tokens)
    await openedBy(cipher, row)
    await codeOf(cipher.open(grantKey, { ...row, sealed: 'AAAA' }))
    expect(keys.handedOut).toHaveLength(3)
    for (const key of keys.handedOut) expect(key.equals(Buffer.alloc(32))).toBe(true)
  })

  it('the token cipher does not seal with an overwritten key', async () => {
    const sealer = await new TokenCipher(new MemoryDataKeys()).newSealer(grantKey)
    sealer[Symbol.dispose]()
    expect(() => sealer.seal(tokens)).toThrow('overwritten')
  })

  it.each(['account#two', 'profile#one', 'account#', 'account#One'])(
    'the token cipher does not open the row as one of %s',
    async (other) => {
      const cipher = new TokenCipher(new MemoryDataKeys())
      const row = await sealedBy(cipher, tokens)
      expect(await codeOf(cipher.open(other, row))).toBe('tokens-unreadable')
    },
  )

  it('the token cipher does not open another grant’s sealed text, even under this grant’s data key', async () => {
    const keys = new MemoryDataKeys()
    const cipher = new TokenCipher(keys)
    const { dataKey } = await sealedBy(cipher, tokens)
    const foreign = await sealedBy(cipher, tokens, 'account#two')
    expect(await codeOf(cipher.open(grantKey, { sealed: foreign.sealed, dataKey }))).toBe('tokens-unreadable')
  })

  it('the token cipher does not open a row under another key', async () => {
    const row = await sealedBy(new TokenCipher(new MemoryDataKeys()), tokens)
    expect(await codeOf(new TokenCipher(new MemoryDataKeys()).open(grantKey, row))).toBe('tokens-unreadable')
  })

  it('the token cipher does not open a sealed text with any changed byte or a missing end', async () => {
    const cipher = new TokenCipher(new MemoryDataKeys())
    const { sealed, dataKey } = await sealedBy(cipher, tokens)
    const bytes = Buffer.from(sealed, 'base64')
    for (const [index, byte] of bytes.entries()) {
      const changed = Buffer.from(bytes)
      changed[index] = byte ^ 1
      expect(await codeOf(cipher.open(grantKey, { sealed: changed.toString('base64'), dataKey }))).toBe(
        'tokens-unreadable',
      )
    }
    for (const length of [0, 1, 12, 27, 28, bytes.length - 1]) {
      const cut = bytes.subarray(0, length).toString('base64')
      expect(await codeOf(cipher.open(grantKey, { sealed: cut, dataKey }))).toBe('tokens-unreadable')
    }
    for (const changed of ['', 'AAAA', dataKey.slice(4), `${dataKey.slice(0, -8)}AAAAAAA=`])
      expect(await codeOf(cipher.open(grantKey, { sealed, dataKey: changed }))).toBe('tokens-unreadable')
  })

  it.each<[DataKeyFailure, string, string]>([
    ['unavailable', 'encryption-key-unavailable', 'waiting'],
    ['disabled', 'encryption-key-disabled', 'change'],
    ['missing', 'encryption-key-missing', 'change'],
    ['refused', 'encryption-key-refused', 'change'],
    ['mismatch', 'tokens-unreadable', 'consent'],
  ])('the token cipher reports a data key that is %s as %s, for sealing and opening', async (failure, code, cure) => {
    const keys = new MemoryDataKeys()
    const cipher = new TokenCipher(keys)
    const row = await sealedBy(cipher, tokens)
    keys.failure = failure
    for (const work of [() => cipher.newSealer(grantKey), () => cipher.open(grantKey, row)]) {
      const finding = await findingOf(work())
      expect(finding).toMatchObject({ code, cure })
      expect(finding?.remedy).toMatch(/\w\.$/)
    }
  })
})
