import { describe, expect, it } from 'vitest'
import { clientOf } from '../../../lib/oauth2/oauth2-client.ts'
import { OAuth2Error } from '../../../lib/oauth2/oauth2-error.ts'
import { shippedProvider } from '../../../lib/oauth2/providers/built-in-providers.ts'

const microsoft = shippedProvider('microsoft')
const google = shippedProvider('google')
if (!microsoft || !google) throw new Error('the built-in providers are gone')

const people = {
  tenant: '6babcaad-604b-40ac-a9d7-9fd97c0b779f',
  clientId: 'client',
  grant: 'authorization_code',
} as const
const application = { ...people, grant: 'client_credentials' } as const

/** As a row of a built-in provider may have it that was imported, or written before this was refused. */
const moved = (endpoint: 'authorizationEndpoint' | 'tokenEndpoint') => ({ [endpoint]: 'https://evil.example/oauth2' })

describe('a profile filled into its provider', () => {
  it('has the tenant in its addresses and the scopes of the protocol', () => {
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

  it('asks as an application for the application’s scopes, whatever the protocol', () => {
    for (const protocol of ['imap', 'pop3'] as const)
      expect(clientOf(application, microsoft, 'secret', protocol).scopes).toEqual([
        'https://outlook.office365.com/.default',
      ])
  })

  it('lets no tenant lead anywhere else', () => {
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
  ])('is none where something is missing: %s', (code, fill) => {
    expect(fill).toThrow(OAuth2Error)
    try {
      fill()
    } catch (error) {
      expect(error).toMatchObject({ finding: { code } })
    }
  })
})
