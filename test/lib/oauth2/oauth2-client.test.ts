import { describe, expect, it } from 'vitest'
import { clientOf } from '../../../lib/oauth2/oauth2-client.ts'
import { OAuth2Error } from '../../../lib/oauth2/oauth2-error.ts'
import { shippedProvider } from '../../../lib/oauth2/providers/built-in-providers.ts'

const microsoft = shippedProvider('microsoft')
const google = shippedProvider('google')
if (!microsoft || !google) throw new Error('the built-in providers are missing')

const people = {
  tenant: '6babcaad-604b-40ac-a9d7-9fd97c0b779f',
  clientId: 'client',
  grant: 'authorization_code',
} as const
const application = { ...people, grant: 'client_credentials' } as const

/**
 * A changed endpoint in a built-in provider's row that was imported, or written before the API rejected such changes.
 */
const moved = (endpoint: 'authorizationEndpoint' | 'tokenEndpoint') => ({ [endpoint]: 'https://evil.example/oauth2' })

describe('clientOf', () => {
  it('clientOf inserts the tenant into the addresses and uses the protocol’s scopes', () => {
    const client = clientOf(people, microsoft, 'secret', 'imap')
    expect(client).toMatchObject({
      authorizationEndpoint: `https://login.microsoftonline.com/${people.tenant}/oauth2/v2.0/authorize`,
      tokenEndpoint: `https://login.microsoftonline.com/${people.tenant}/oauth2/v2.0/token`,
      clientId: 'client',
      clientSecret: 'secret',
      clientAuthentication: 'body',
      scopes: microsoft.scopes.imap,
    })
    expect(clientOf(people, microsoft, undefined, 'pop3')).toMatchObject({
      clientSecret: undefined,
      scopes: microsoft.scopes.pop3,
    })
  })

  it('clientOf uses the app-only scopes for app-only access, for any protocol', () => {
    for (const protocol of ['imap', 'pop3'] as const)
      expect(clientOf(application, microsoft, 'secret', protocol).scopes).toEqual([
        'https://outlook.office365.com/.default',
      ])
  })

  it('clientOf does not let a tenant change the token endpoint’s host or query', () => {
    const client = clientOf({ ...people, tenant: '../evil.example/$&?x=' }, microsoft, 'secret', 'imap')
    const { host, pathname, search } = new URL(client.tokenEndpoint)
    expect({ host, pathname, search }).toEqual({
      host: 'login.microsoftonline.com',
      pathname: '/..%2Fevil.example%2F%24%26%3Fx%3D/oauth2/v2.0/token',
      search: '',
    })
  })

  it.each([
    ['tenant-missing', () => clientOf({ ...people, tenant: undefined }, microsoft, 'secret', 'imap')],
    ['application-not-supported', () => clientOf(application, google, 'secret', 'imap')],
    ['endpoints-changed', () => clientOf(people, { ...microsoft, ...moved('tokenEndpoint') }, 'secret', 'imap')],
    ['endpoints-changed', () => clientOf(people, { ...google, ...moved('authorizationEndpoint') }, undefined, 'imap')],
  ])('clientOf throws %s for an incomplete or changed setup', (code, fill) => {
    expect(fill).toThrow(OAuth2Error)
    try {
      fill()
    } catch (error) {
      expect(error).toMatchObject({ finding: { code } })
    }
  })
})
