import { expect, test } from 'vitest'
import { providerBody, providerDraft } from '../../../../web/oauth2/provider-draft.ts'

const provider = {
  providerId: 'example',
  kind: 'custom' as const,
  name: 'Example',
  authorizationEndpoint: 'https://login.example.com/authorize',
  tokenEndpoint: 'https://login.example.com/token',
  scopes: { imap: ['mail.imap', 'offline_access'], pop3: [] },
  clientCredentialsScopes: [],
  authorizationParameters: { prompt: 'consent', claims: 'a=b' },
  clientAuthentication: 'header' as const,
  hosts: { imap: 'imap.example.com' },
  builtIn: false,
  createdAt: '2026-03-01T09:00:00.000Z',
  createdBy: 'jane@example.com',
  changedAt: '2026-03-01T09:00:00.000Z',
  changedBy: 'jane@example.com',
}

test('saving a provider that was only opened changes nothing', () => {
  const { name, authorizationEndpoint, tokenEndpoint, scopes, clientCredentialsScopes, authorizationParameters } =
    provider
  const { clientAuthentication, hosts } = provider
  expect(providerBody(providerDraft(provider))).toEqual({
    name,
    authorizationEndpoint,
    tokenEndpoint,
    scopes,
    clientCredentialsScopes,
    authorizationParameters,
    clientAuthentication,
    hosts,
  })
})

test('empty lines and spaces around entries are ignored, and empty fields are left out', () => {
  const draft = {
    ...providerDraft(undefined),
    name: 'New',
    imapScopes: ' one \n\n two ',
    parameters: ' prompt = login \nflag',
  }
  expect(providerBody(draft)).toMatchObject({
    scopes: { imap: ['one', 'two'], pop3: [] },
    authorizationParameters: { prompt: 'login', flag: '' },
    hosts: {},
  })
  expect(providerBody(draft)).not.toHaveProperty('revocationEndpoint')
})
