import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'

/**
 * The addresses of a Cognito user pool that the command visits, and how Cognito answers them ("The authorization
 * endpoint" in the Amazon Cognito Developer Guide): it sends a browser to its sign-in page, or to its error page if the
 * client or the address is unknown.
 */
export const startSignInPages = async (client: { readonly id: string; readonly address: string }) => {
  const server = createServer((request, response) => {
    const url = new URL(request.url ?? '/', issuer)
    if (url.pathname === '/.well-known/openid-configuration') {
      response.writeHead(200, { 'content-type': 'application/json' })
      response.end(JSON.stringify({ issuer, authorization_endpoint: `${issuer}/oauth2/authorize` }))
      return
    }
    const { searchParams } = url
    const isKnown = searchParams.get('client_id') === client.id && searchParams.get('redirect_uri') === client.address
    response.writeHead(302, { location: isKnown ? `/login${url.search}` : '/error?error=redirect_mismatch' }).end()
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  return { issuer, stop: async () => void (await new Promise((resolve) => server.close(resolve))) }
}
