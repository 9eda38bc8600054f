import { describe, expect, it } from 'vitest'
import type { NetworkPolicy } from '../../../../lib/network/addresses.ts'
import { type CertificateKind, createCertificates } from '../../../mail-server/certificates.ts'
import { clientFor, never, openRules, refusalOf, scripted, secrets, servers } from './asking.ts'

const closedRules: NetworkPolicy = { allowPrivateAddresses: false, allowClearTextOnLoopback: false }
const authority = await createCertificates()

const refresh = (tokenEndpoint: string, options: Parameters<typeof servers>[0] = {}) =>
  servers(options).refresh(clientFor({ authorizationEndpoint: '', tokenEndpoint }), secrets.refreshToken, never)
const refused = (tokenEndpoint: string, options: Parameters<typeof servers>[0] = {}) =>
  refusalOf(refresh(tokenEndpoint, options))

describe('OAuth2 endpoints', () => {
  it('OAuth2 endpoint: https with a trusted certificate for its name is allowed', async () => {
    const server = await scripted({ authority })
    await refresh(server.tokenEndpoint, { customCa: authority.caPem })
    expect(server.requests[0]?.headers.host).toBe(new URL(server.url).host)
  })

  it.each([
    ['expired', 'certificate-expired'],
    ['other-name', 'certificate-name-mismatch'],
    ['self-signed', 'certificate-not-trusted'],
  ] as const satisfies ReadonlyArray<readonly [CertificateKind, string]>)(
    'OAuth2 endpoint: a certificate that is %s is rejected',
    async (certificate, error) => {
      const server = await scripted({ authority, certificate })
      const refusal = await refused(server.tokenEndpoint, { customCa: authority.caPem })
      expect(refusal).toMatchObject({ kind: 'unreachable', error })
      expect(server.requests).toEqual([])
    },
  )

  it('OAuth2 endpoint: a certificate from an unknown authority is rejected', async () => {
    const server = await scripted({ authority })
    expect(await refused(server.tokenEndpoint)).toMatchObject({ error: 'certificate-not-trusted' })
    expect(server.requests).toEqual([])
  })

  it('OAuth2 endpoint: http is allowed only to this machine, and only if the deployment allows it', async () => {
    const server = await scripted()
    const rules = { ...openRules, allowClearTextOnLoopback: false }
    expect(await refused(server.tokenEndpoint, { rules })).toMatchObject({ error: 'endpoint-not-encrypted' })
    expect(await refused('http://login.example/token')).toMatchObject({ error: 'endpoint-not-encrypted' })
    const elsewhere = { resolver: async () => ['192.0.2.7'] }
    expect(await refused(server.tokenEndpoint, elsewhere)).toMatchObject({ error: 'address-not-allowed' })
    expect(server.requests).toEqual([])
  })

  it('OAuth2 endpoint: http to this machine is rejected if private addresses are not allowed', async () => {
    const server = await scripted()
    const rules = { allowPrivateAddresses: false, allowClearTextOnLoopback: true }
    expect(await refused(server.tokenEndpoint, { rules })).toMatchObject({ error: 'address-not-allowed' })
    expect(server.requests).toEqual([])
  })

  it.each([
    '127.0.0.1',
    '10.0.0.5',
    '169.254.169.254',
    '192.168.1.1',
    '::1',
    'fd00::1',
    '::ffff:127.0.0.1',
    '64:ff9b::7f00:1',
  ])('OAuth2 endpoint: a name that resolves to %s is rejected unless the deployment allows it', async (address) => {
    const resolver = async () => [address]
    const refusal = await refused('https://login.example/token', { rules: closedRules, resolver })
    expect(refusal).toMatchObject({ kind: 'unreachable', error: 'address-not-allowed' })
  })

  it.each(['https://127.0.0.1/token', 'https://[::1]/token', 'https://2130706433/token', 'https://0x7f.1/token'])(
    'OAuth2 endpoint: %s is rejected',
    async (endpoint) => {
      expect(await refused(endpoint, { rules: closedRules })).toMatchObject({ error: 'address-not-allowed' })
    },
  )

  it('OAuth2 endpoint: the connection uses the checked address, even if the name resolves differently afterwards', async () => {
    const server = await scripted({ authority })
    let lookups = 0
    const resolver = async () => {
      lookups += 1
      return lookups === 1 ? ['127.0.0.1'] : ['192.0.2.7']
    }
    await refresh(server.tokenEndpoint, { customCa: authority.caPem, resolver })
    expect(lookups).toBe(1)
    expect(server.requests).toHaveLength(1)
  })

  it('OAuth2 endpoint: a name’s next address is used if the first does not respond', async () => {
    const server = await scripted({ authority })
    const resolver = async () => ['127.0.0.2', '127.0.0.1']
    await refresh(server.tokenEndpoint, { customCa: authority.caPem, resolver })
    expect(server.requests).toHaveLength(1)
  })

  it.each([
    'ftp://login.example/token',
    'https://user:password@login.example/token',
    'https://',
    'login.example/token',
    '',
  ])('OAuth2 endpoint: %j is not usable', async (endpoint) => {
    expect(await refused(endpoint)).toMatchObject({ kind: 'unreachable', error: 'endpoint-not-usable' })
  })

  it('OAuth2 endpoint: an unknown host and a refused connection are reported as such', async () => {
    const resolver = async () => {
      throw Object.assign(new Error('queryA ENOTFOUND'), { code: 'ENOTFOUND' })
    }
    const refusal = await refused('https://login.example/token', { resolver })
    expect(refusal).toEqual({
      kind: 'unreachable',
      error: 'host-not-found',
      description: 'The host name has no address.',
    })
    const server = await scripted()
    await server.stop()
    expect(await refused(server.tokenEndpoint)).toMatchObject({ error: 'connection-refused' })
  })

  it('OAuth2 endpoint: an endless lookup is aborted', async () => {
    const resolver = () => new Promise<never>(() => undefined)
    const refusal = await refused('https://login.example/token', { resolver, time: 300 })
    expect(refusal).toMatchObject({ kind: 'unreachable', error: 'no-answer-in-time' })
  })
})
