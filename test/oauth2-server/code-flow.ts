import { createHash, randomBytes } from 'node:crypto'
import * as z from 'zod'
import { consentInBrowser } from './browser/consent.ts'
import { exchange } from './browser/exchange.ts'
import { HttpBrowser } from './browser/http-browser.ts'
import type { TestUser } from './options.ts'
import type { OAuth2Server } from './server.ts'

const answerSchema = z.object({
  access_token: z.string(),
  expires_in: z.number(),
  refresh_token: z.string().optional(),
  id_token: z.string().optional(),
  scope: z.string(),
})

export interface Tokens {
  readonly accessToken: string
  readonly refreshToken?: string | undefined
  readonly idToken?: string | undefined
  readonly scope: string
  readonly expiresIn: number
}

export interface CodeFlowOptions {
  /** Defaults to `openid email offline_access` and the server's own scopes. */
  readonly scopes?: readonly string[]
  readonly caPem?: string
  /** Defaults to `consent`. */
  readonly prompt?: 'consent' | 'login' | 'select_account'
  /** Defaults to a new browser. */
  readonly browser?: HttpBrowser
}

const redirectUri = 'http://127.0.0.1/callback'

/** Gets tokens with a user's consent as the public client, for tests that begin with a token. */
export const tokensByCodeFlow = async (
  server: OAuth2Server,
  user: Pick<TestUser, 'email' | 'password'>,
  options: CodeFlowOptions = {},
): Promise<Tokens> => {
  const { scopes = ['openid', 'email', 'offline_access', ...server.scopes], caPem, prompt = 'consent' } = options
  const network = caPem === undefined ? {} : { caPem }
  const verifier = randomBytes(32).toString('base64url')
  const state = randomBytes(8).toString('base64url')
  const url = new URL(server.endpoints.authorization)
  url.search = new URLSearchParams({
    response_type: 'code',
    client_id: server.clients.public.clientId,
    redirect_uri: redirectUri,
    scope: scopes.join(' '),
    state,
    prompt,
    code_challenge: createHash('sha256').update(verifier).digest('base64url'),
    code_challenge_method: 'S256',
  }).toString()
  const browser = options.browser ?? new HttpBrowser(network)
  browser.stopBefore = ({ href }) => href.startsWith(redirectUri)
  const back = new URL((await consentInBrowser(url.href, user, { browser })).url)
  if (back.searchParams.get('state') !== state) throw new Error(`The state in ${back.href} is wrong`)
  const received = await exchange({
    method: 'POST',
    url: new URL(server.endpoints.token),
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    body: new URLSearchParams({
      grant_type: 'authorization_code',
      client_id: server.clients.public.clientId,
      code: back.searchParams.get('code') ?? '',
      redirect_uri: redirectUri,
      code_verifier: verifier,
    }).toString(),
    ...network,
  })
  if (received.status !== 200) throw new Error(`The token request failed: ${received.status} ${received.body}`)
  const answer = answerSchema.parse(JSON.parse(received.body))
  return {
    accessToken: answer.access_token,
    refreshToken: answer.refresh_token,
    idToken: answer.id_token,
    scope: answer.scope,
    expiresIn: answer.expires_in,
  }
}
