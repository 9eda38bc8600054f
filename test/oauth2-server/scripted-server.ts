import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { createServer as createTlsServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import type { CertificateAuthority, CertificateKind } from '../mail-server/certificates.ts'
import { type ScriptedAnswer, tokens } from './scripted-answers.ts'

export interface ScriptedRequest {
  readonly method: string
  readonly path: string
  readonly headers: IncomingMessage['headers']
  /** The form's parameters. They contain secrets, so they are for tests only. */
  readonly parameters: Readonly<Record<string, string>>
  readonly body: Buffer
}

export interface ScriptedServerOptions {
  /** Uses https with one of its certificates. Defaults to http. */
  readonly authority?: CertificateAuthority
  /** Defaults to `valid`. */
  readonly certificate?: CertificateKind
  /** The host in `url`. The server always listens on 127.0.0.1. */
  readonly host?: 'localhost' | '127.0.0.1'
}

/** A token endpoint with scripted responses, for behaviour that a real authorization server does not have. */
export interface ScriptedServer extends AsyncDisposable {
  readonly url: string
  readonly authorizationEndpoint: string
  readonly tokenEndpoint: string
  /** Every request, oldest first, including those without a response. */
  readonly requests: ScriptedRequest[]
  /** The responses to the next requests, one each. After that, `otherwise` applies. */
  readonly next: ScriptedAnswer[]
  /** The default response: new tokens for every request. */
  otherwise: ScriptedAnswer
  /** The number of open connections. */
  readonly openConnections: number
  /** Settles when the server has received this number of requests. */
  received(count: number): Promise<void>
  stop(): Promise<void>
}

export const startScriptedServer = async (options: ScriptedServerOptions = {}): Promise<ScriptedServer> => {
  const { authority, certificate = 'valid', host = 'localhost' } = options
  const server = authority ? createTlsServer(authority.servers[certificate]) : createServer()
  const requests: ScriptedRequest[] = []
  const next: ScriptedAnswer[] = []
  const sockets = new Set<IncomingMessage['socket']>()
  server.on('connection', (socket) => {
    sockets.add(socket)
    socket.once('close', () => sockets.delete(socket))
    // Clients that abort a request reset the connection.
    socket.on('error', () => undefined)
  })
  server.on('tlsClientError', () => undefined)
  server.on('request', async (request: IncomingMessage, response: ServerResponse) => {
    response.on('error', () => undefined)
    const received = await read(request)
    requests.push(received)
    server.emit('scripted', requests.length)
    await (next.shift() ?? scripted.otherwise)({ request: received, count: requests.length, response })
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const url = `${authority ? 'https' : 'http'}://${host}:${(server.address() as AddressInfo).port}`
  const stop = async () => {
    const closed = new Promise((resolve) => server.close(resolve))
    for (const socket of sockets) socket.destroy()
    await closed
  }
  const scripted: ScriptedServer = {
    url,
    authorizationEndpoint: `${url}/authorize`,
    tokenEndpoint: `${url}/token`,
    requests,
    next,
    otherwise: tokens(),
    get openConnections() {
      return sockets.size
    },
    received: async (count) => {
      while (requests.length < count) await once(server, 'scripted')
    },
    stop,
    [Symbol.asyncDispose]: stop,
  }
  return scripted
}

const read = async (request: IncomingMessage): Promise<ScriptedRequest> => {
  const pieces: Buffer[] = []
  for await (const piece of request) pieces.push(piece)
  const body = Buffer.concat(pieces)
  const form = new URLSearchParams(body.toString())
  return {
    method: request.method ?? '',
    path: request.url ?? '',
    headers: request.headers,
    parameters: Object.fromEntries(form),
    body,
  }
}
