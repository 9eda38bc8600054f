import createDebug from 'debug'
import { AuthorizationServers } from '../../../../lib/oauth2/authorization/authorization-servers.ts'

/**
 * Runs in a separate process, because the package `debug` reads the environment only once. Arguments: token endpoint,
 * method, client secret, refresh token.
 */
const [, , tokenEndpoint = '', method, clientSecret, refreshToken = ''] = process.argv
const client = {
  authorizationEndpoint: tokenEndpoint,
  tokenEndpoint,
  clientId: 'postmaster',
  clientSecret,
  clientAuthentication: method === 'header' ? 'header' : 'body',
  scopes: [],
} as const
const servers = new AuthorizationServers({ allowPrivateAddresses: true, allowClearTextOnLoopback: true })
const { signal } = new AbortController()
await servers.refresh(client, refreshToken, signal)
await servers.clientCredentials(client, signal)
createDebug('another')('is still heard')
