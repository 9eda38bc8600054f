import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'

/**
 * An API in front of the API. It passes requests on, except for those that are lost: it hangs up without passing them
 * on.
 */
export const startLosingProxy = async (target: string, isLost: (path: string) => boolean) => {
  const server = createServer(async (request, response) => {
    const path = request.url ?? ''
    const chunks: Buffer[] = []
    for await (const chunk of request) chunks.push(Buffer.from(chunk))
    if (isLost(path)) return request.socket.destroy()
    const { authorization = '', 'content-type': type } = request.headers
    const answer = await fetch(`${target}${path}`, {
      method: request.method ?? 'GET',
      redirect: 'manual',
      headers: { authorization, ...(type !== undefined && { 'content-type': type }) },
      ...(chunks.length > 0 && { body: Buffer.concat(chunks) }),
    })
    response.writeHead(answer.status, Object.fromEntries(answer.headers)).end(Buffer.from(await answer.arrayBuffer()))
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    },
  }
}
