import { createServer } from 'node:http'
import { CliError, exitCodes } from '../cli-error.ts'

export interface RedirectListener extends AsyncDisposable {
  readonly redirectUri: string
  /** Resolves to the address the browser came back to with this state. @throws CliError when it does not come in time */
  wait(state: string, timeout: number): Promise<URL>
}

const path = '/callback'

/**
 * Waits on this machine for the browser to come back (RFC 8252 section 7.3). `port`: 0 for any. The redirect says `localhost`, as Cognito
 * and Entra take no other name without TLS; only 127.0.0.1 is listened on, to which browsers fall back.
 */
export const listenForRedirect = async (port: number): Promise<RedirectListener> => {
  let came: (url: URL) => boolean = () => false
  const server = createServer((request, response) => {
    const url = URL.parse(request.url ?? '/', redirectUri)
    // Any page can make a browser come here: only who knows the state is listened to, and the others do not end the wait.
    const taken = request.method === 'GET' && url?.pathname === path && came(url)
    response
      .writeHead(taken ? 200 : 404, { 'content-type': 'text/plain; charset=utf-8', connection: 'close' })
      .end(taken ? 'That is all here. Go back to the terminal.\n' : 'Nothing here.\n')
  })
  await new Promise<void>((resolve, reject) => {
    server.once('error', () =>
      reject(new CliError(`Port ${port} of this machine is taken; say another --port.`, exitCodes.usage)),
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
          () => reject(new CliError('Nobody came back from the browser in time.', exitCodes.unreachable)),
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
