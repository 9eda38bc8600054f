import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { pageHandler } from '../../../functions/page/handler.ts'
import { pageFiles } from '../../../functions/page/page-files.ts'
import { pageFolder } from './page-folder.ts'

/** Serves a page on a loopback port with the function's own answers. */
export const servePage = async (files: Readonly<Record<string, string>>): Promise<{ server: Server; url: string }> => {
  const handler = pageHandler(pageFiles(pageFolder(files)))
  const server = createServer((request, response) => {
    const headers = Object.fromEntries(Object.entries(request.headers).map(([name, value]) => [name, String(value)]))
    void handler({ rawPath: request.url ?? '', headers }).then((answer) => {
      for (const [name, value] of Object.entries(answer.headers ?? {})) response.setHeader(name, String(value))
      response.writeHead(answer.statusCode ?? 500)
      response.end(Buffer.from(answer.body ?? '', answer.isBase64Encoded ? 'base64' : 'utf8'))
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return { server, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` }
}
