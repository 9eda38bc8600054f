import { inspect } from 'node:util'
import { expect, onTestFinished } from 'vitest'
import type { NetworkPolicy } from '../../../../lib/network/addresses.ts'
import type { OAuth2Client } from '../../../../lib/oauth2/authorization/authorization-servers.ts'
import {
  type AuthorizationOptions,
  AuthorizationServers,
} from '../../../../lib/oauth2/authorization/authorization-servers.ts'
import { AuthorizationServerError, type ServerRefusal } from '../../../../lib/oauth2/authorization/server-answer.ts'
import {
  type ScriptedServer,
  type ScriptedServerOptions,
  startScriptedServer,
} from '../../../oauth2-server/scripted-server.ts'

/** Secrets that no error may contain. */
export const secrets = {
  clientSecret: 'client-secret~in.no-error',
  refreshToken: 'refresh-token-in-no-error',
  code: 'authorization-code-in-no-error',
  codeVerifier: 'code-verifier-in-no-error-4f7c2a9d',
} as const

export const openRules: NetworkPolicy = { allowPrivateAddresses: true, allowClearTextOnLoopback: true }

export const scripted = async (options: ScriptedServerOptions = {}): Promise<ScriptedServer> => {
  const server = await startScriptedServer(options)
  onTestFinished(() => server.stop())
  return server
}

export const clientFor = (
  server: Pick<ScriptedServer, 'authorizationEndpoint' | 'tokenEndpoint'>,
  change: Partial<OAuth2Client> = {},
): OAuth2Client => ({
  authorizationEndpoint: server.authorizationEndpoint,
  tokenEndpoint: server.tokenEndpoint,
  clientId: 'postmaster',
  clientSecret: secrets.clientSecret,
  clientAuthentication: 'body',
  scopes: ['mail.imap', 'offline_access'],
  ...change,
})

export const servers = (options: AuthorizationOptions & { readonly rules?: NetworkPolicy } = {}) =>
  new AuthorizationServers(options.rules ?? openRules, options)

export const never = new AbortController().signal

/** Returns the reason of a failed request, and checks that the error contains no secret at any depth. */
export const refusalOf = async (work: Promise<unknown> | (() => unknown)): Promise<ServerRefusal> => {
  const error = await (async () => (typeof work === 'function' ? work() : await work))().then(
    () => undefined,
    (thrown: unknown) => thrown,
  )
  if (!(error instanceof AuthorizationServerError)) throw error ?? new Error('nothing was thrown')
  expectNoSecret(inspect(error, { depth: 20, showHidden: true }), JSON.stringify(error), String(error.stack))
  return error.refusal
}

export const expectNoSecret = (...texts: readonly string[]): void => {
  for (const secret of Object.values(secrets))
    for (const spelling of [secret, encodeURIComponent(secret), Buffer.from(secret).toString('base64')])
      for (const text of texts) expect(text.toLowerCase()).not.toContain(spelling.toLowerCase())
}
