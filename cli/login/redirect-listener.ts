import { createServer } from 'node:http'
import { CliError, exitCodes } from '../terminal/cli-error.ts'

export interface RedirectListener extends AsyncDisposable {
  readonly redirectUri: string
  /**
   * Waits for a redirect with this state.
   * @returns the redirect's URL.
   * @throws CliError if it does not arrive in time
   */
  wait(state: string, timeout: number): Promise<URL>
}

const path = '/callback'

/**
 * Listens on this machine for the redirect of the browser (RFC 8252 section 7.3). The redirect URI contains
 * `localhost`, because Cognito and Entra accept no other name without TLS. The server listens only on 127.0.0.1, to
 * which browsers fall back.
 * @param port 0 for any free port
 */
export const listenForRedirect = async (port: number): Promise<RedirectListener> => {
  let came: (url: URL) => boolean = () => false
  const server = createServer((request, response) => {
    const url = URL.parse(request.url ?? '/', redirectUri)
    // Any web page can send a browser here. Only a request with the right state ends the wait.
    const taken = request.method === 'GET' && url?.pathname === path && came(url)
    response
      .writeHead(taken ? 200 : 404, { 'content-type': 'text/plain; charset=utf-8', connection: 'close' })
      .end(taken ? 'You can close this page. Return to the terminal.\n' : 'This page does not exist.\n')
  })
  await new Promise<void>((resolve, reject) => {
    server.once('error', () =>
      reject(
        new CliError(
          `Port ${port} on this machine is already in use. Choose another one with --port.`,
          exitCodes.usage,
        ),
      ),
    )
    server.listen(port, '127.0.0.1', resolve)
  })
  const address = server.address()
  const redirectUri = `http://localhost:${typeof address === 'object' ? address?.port : port}${path}`
  return {
    redirectUri,
    wait: (state, timeout) =>
      new Promise((resolve, reject) => {
        const timer = setTimeout(
          () => reject(new CliError('The login in the browser was not completed in time.', exitCodes.unreachable)),
          timeout,
        )
        came = (url) => {
          if (url.searchParams.get('state') !== state) return false
          clearTimeout(timer)
          resolve(url)
          return true
        }
      }),
    async [Symbol.asyncDispose]() {
      await new Promise<void>((resolve) => {
        server.close(() => resolve())
        server.closeIdleConnections()
      })
    },
  }
}
