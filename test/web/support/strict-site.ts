import { type LoopbackServer, listenOnLoopback } from '../../../local/common/loopback-server.ts'

/** The parts of the page's policy that matter to the tests of the test bench. */
const policy = [
  "default-src 'none'; script-src 'self'; style-src 'self'; img-src *; connect-src *; frame-src 'self'",
  "require-trusted-types-for 'script'; trusted-types default",
].join('; ')

/** Serves one document and one script under a policy like the page's. */
export const startStrictSite = async (html: string, script = ''): Promise<LoopbackServer> =>
  await listenOnLoopback(
    0,
    (request, response) => {
      if (request.url === '/')
        response.writeHead(200, { 'content-type': 'text/html', 'content-security-policy': policy }).end(html)
      else if (request.url === '/script.js') response.writeHead(200, { 'content-type': 'text/javascript' }).end(script)
      else if (request.url === '/favicon.ico') response.writeHead(204).end()
      else response.writeHead(404).end()
    },
    { pages: true },
  )
