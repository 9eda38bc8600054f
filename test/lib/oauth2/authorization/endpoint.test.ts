import { describe, expect, it } from 'vitest'
import type { EndpointRules } from '../../../../lib/oauth2/authorization/endpoint.ts'
import { type CertificateKind, createCertificates } from '../../../mail-server/certificates.ts'
import { clientFor, never, openRules, refusalOf, scripted, secrets, servers } from './asking.ts'

const closedRules: EndpointRules = { allowPrivateAddresses: false, allowClearTextOnLoopback: false }
const authority = await createCertificates()

const refresh = (tokenEndpoint: string, options: Parameters<typeof servers>[0] = {}) =>
  servers(options).refresh(clientFor({ authorizationEndpoint: '', tokenEndpoint }), secrets.refreshToken, never)
const refused = (tokenEndpoint: string, options: Parameters<typeof servers>[0] = {}) =>
  refusalOf(refresh(tokenEndpoint, options))

describe('which endpoints are asked', () => {
  it('https ones whose certificate is trusted and has their name', async () => {
    const server = await scripted({ authority })
    await refresh(server.tokenEndpoint, { customCa: authority.caPem })
    expect(server.requests[0]?.headers.host).toBe(new URL(server.url).host)
  })

  it.each([
    ['expired', 'certificate-expired'],
    ['other-name', 'certificate-name-mismatch'],
    ['self-signed', 'certificate-not-trusted'],
  ] as const satisfies ReadonlyArray<readonly [CertificateKind, string]>)(
    'none with a certificate that is %s',
    async (certificate, error) => {
      const server = await scripted({ authority, certificate })
      const refusal = await refused(server.tokenEndpoint, { customCa: authority.caPem })
      expect(refusal).toMatchObject({ kind: 'unreachable', error })
      expect(server.requests).toEqual([])
    },
  )

  it('none whose certificate only a test authority signed', async () => {
    const server = await scripted({ authority })
    expect(await refused(server.tokenEndpoint)).toMatchObject({ error: 'certificate-not-trusted' })
    expect(server.requests).toEqual([])
  })

  it('none in clear, unless both the deployment and the address say this machine', async () => {
    const server = await scripted()
    const rules = { ...openRules, allowClearTextOnLoopback: false }
    expect(await refused(server.tokenEndpoint, { rules })).toMatchObject({ error: 'endpoint-not-encrypted' })
    expect(await refused('http://login.example/token')).toMatchObject({ error: 'endpoint-not-encrypted' })
    const elsewhere = { resolver: async () => ['192.0.2.7'] }
    expect(await refused(server.tokenEndpoint, elsewhere)).toMatchObject({ error: 'address-not-allowed' })
    expect(server.requests).toEqual([])
  })

  it('none on this machine in clear where private addresses are not allowed', async () => {
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
  ])('none that resolves to %s, unless the deployment allows it', async (address) => {
    const resolver = async () => [address]
    const refusal = await refused('https://login.example/token', { rules: closedRules, resolver })
    expect(refusal).toMatchObject({ kind: 'unreachable', error: 'address-not-allowed' })
  })

  it.each(['https://127.0.0.1/token', 'https://[::1]/token', 'https://2130706433/token', 'https://0x7f.1/token'])(
    'none that is written as %s',
    async (endpoint) => {
      expect(await refused(endpoint, { rules: closedRules })).toMatchObject({ error: 'address-not-allowed' })
    },
  )

  it('only the checked address, whatever the name resolves to afterwards', async () => {
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

  it('the next address of a name when the first does not answer', async () => {
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
  ])('none like %j', async (endpoint) => {
    expect(await refused(endpoint)).toMatchObject({ kind: 'unreachable', error: 'endpoint-not-usable' })
  })

  it('says why a name leads nowhere', async () => {
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

  it('ends a lookup that never ends', async () => {
    const resolver = () => new Promise<never>(() => undefined)
    const refusal = await refused('https://login.example/token', { resolver, longestRequest: 300 })
    expect(refusal).toMatchObject({ kind: 'unreachable', error: 'no-answer-in-time' })
  })
})
