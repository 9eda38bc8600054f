import { afterEach, describe, expect, it, vi } from 'vitest'
import { defaultProvider } from '../../../cdk/bundling/replacements/environment-credentials.ts'
import unused, { SocksClient } from '../../../cdk/bundling/replacements/unused.ts'

afterEach(() => vi.unstubAllEnvs())

describe('the credentials of a function', () => {
  it('the credentials are those of the environment', async () => {
    vi.stubEnv('AWS_ACCESS_KEY_ID', 'id')
    vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'secret')
    vi.stubEnv('AWS_SESSION_TOKEN', undefined)
    expect(await defaultProvider()()).toEqual({ accessKeyId: 'id', secretAccessKey: 'secret' })
    vi.stubEnv('AWS_SESSION_TOKEN', 'token')
    expect(await defaultProvider()()).toEqual({
      accessKeyId: 'id',
      secretAccessKey: 'secret',
      sessionToken: 'token',
    })
  })

  it('the environment is read once, because the SDK asks several times for each call', async () => {
    vi.stubEnv('AWS_ACCESS_KEY_ID', 'id')
    vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'secret')
    const provider = defaultProvider()
    const first = await provider()
    vi.stubEnv('AWS_ACCESS_KEY_ID', 'another')
    expect(await provider()).toBe(first)
  })

  it('a missing credential is named, and no other credential is shown', async () => {
    vi.stubEnv('AWS_ACCESS_KEY_ID', undefined)
    vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'do-not-show')
    await expect(defaultProvider()()).rejects.toThrow(/AWS_ACCESS_KEY_ID is missing$/)
  })
})

describe('parts of libraries that are not in a bundle', () => {
  it.each([
    ['pino', unused],
    ['socks', SocksClient.createConnection],
    ['HTTP/2', unused.connect],
  ])('the use of %s fails with an error that names it', (name, use) => {
    expect(use).toThrow(name)
  })
})
