import { expect, it } from 'vitest'
import { startOAuth2Server } from '../server.ts'
import { Chromium } from './chromium.ts'

it('Chromium goes through the pages of the OAuth2 server', { timeout: 60_000 }, async () => {
  await using server = await startOAuth2Server()
  server.allowRedirect(`${server.issuer}/back`)
  const url = new URL(server.endpoints.authorization)
  url.search = new URLSearchParams({
    response_type: 'code',
    client_id: server.clients.confidential.clientId,
    redirect_uri: `${server.issuer}/back`,
    scope: 'openid',
    code_challenge: 'x'.repeat(43),
    code_challenge_method: 'S256',
    login_hint: 'desk@example.com',
  }).toString()
  await using chromium = await Chromium.start()
  const [desk = { email: '', password: '' }] = server.users
  const page = await chromium.consent(url.href, desk)
  expect(new URL(page.url).searchParams.get('code')).toBeTruthy()
})
