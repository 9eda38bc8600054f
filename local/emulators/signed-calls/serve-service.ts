import { IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { type LoopbackServer, listenOnLoopback, readBody } from '../../common/loopback-server.ts'
import type { AccessKeys } from './access-keys.ts'
import { type ServiceCall, type ServiceCallObserver, serviceCall } from './service-call.ts'
import { type Denial, denialError, type ErrorAnswer, refuseWith, serviceError } from './service-error.ts'
import { sha256, unsignedPayload } from './signature.ts'
import { checkSignature } from './signature-check.ts'

/** What the run passes to every emulated service. */
export interface ServiceAccess {
  readonly keys: AccessKeys
  /** Decides whether the caller's role allows the call. If omitted, every call is allowed. */
  readonly authorize?: (call: ServiceCall) => Denial | undefined
  readonly observer?: ServiceCallObserver | undefined
  /** For tests: handles a call in a different way and returns true, or returns false. */
  readonly intercept?: ((call: InterceptedCall) => boolean) | undefined
}

/** A call that is allowed and has not been served yet. */
export interface InterceptedCall {
  readonly call: ServiceCall
  readonly response: ServerResponse
  /** Lets the emulator serve the call with this body. */
  readonly serve: (body: Buffer) => void
  /** Sends an error in the format of the service. */
  readonly refuse: (error: ErrorAnswer) => void
}

export interface ServedService {
  readonly access: ServiceAccess
  readonly service: ServiceCall['service']
  /** In bytes. A request with a longer body is refused. */
  readonly bodyLimit: number
  /** For tests: a clock other than the machine's. */
  readonly now?: () => Date
  /** A server that a package has created, see `listenOnLoopback`. */
  readonly server?: Server
}

/** The request also contains the body, for packages that read it themselves. */
export type ServiceListener = (
  request: IncomingMessage,
  response: ServerResponse,
  call: ServiceCall,
  body: Buffer,
) => void

/**
 * Serves an emulator on loopback. The listener receives only requests that have passed the guard, that a caller of this
 * run has signed, whose body matches the signed hash, and that the caller's role allows.
 */
export const serveService = (served: ServedService, listener: ServiceListener): Promise<LoopbackServer> => {
  const { access, service, bodyLimit, now = () => new Date(), server } = served

  const serve = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const checked = checkSignature(request, access.keys, now())
    if ('reason' in checked) return serviceError(service, request, response, checked.reason, checked.message)
    const body = await readBody(request, bodyLimit)
    if (body === undefined) {
      return serviceError(service, request, response, 'too-large', `The body is larger than ${bodyLimit} bytes.`)
    }
    if (!(service === 's3' && unsignedForms.has(checked.payloadHash)) && sha256(body) !== checked.payloadHash) {
      return serviceError(service, request, response, 'body', 'The body does not match the signed hash.')
    }
    const call = serviceCall(service, checked.accessKeyId, request, body)
    const denial = access.authorize?.(call)
    if (denial !== undefined) return denialError(call, request, response, denial)
    await access.observer?.(call)
    // The observer may have ended the calling function.
    if (request.socket.destroyed) return
    const listen = (received: Buffer): void => listener(withBody(request, received), response, call, received)
    const refuse = (error: ErrorAnswer): void => refuseWith(call, request, response, error)
    if (access.intercept?.({ call, response, serve: listen, refuse }) !== true) listen(body)
  }

  return listenOnLoopback(
    0,
    (request, response) => {
      serve(request, response).catch((error: unknown) =>
        response.destroy(error instanceof Error ? error : new Error(String(error))),
      )
    },
    { ...(server !== undefined && { server }) },
  )
}

/**
 * The payload hashes with which S3 clients exclude the body from the signature: for a stream, and for a presigned URL.
 * `STREAMING-AWS4-HMAC-SHA256-PAYLOAD` (chunk signatures) is not among them. No client here uses it, so it is refused
 * as a mismatch.
 */
const unsignedForms: ReadonlySet<string> = new Set([unsignedPayload, 'STREAMING-UNSIGNED-PAYLOAD-TRAILER'])

/** Returns the same request with a body that can be read again. */
const withBody = (request: IncomingMessage, body: Buffer): IncomingMessage => {
  const { method, url, headers, rawHeaders, httpVersion, httpVersionMajor, httpVersionMinor } = request
  const replayed = new IncomingMessage(request.socket)
  // With `complete`, the socket is not destroyed when the reader has finished.
  const head = { method, url, headers, rawHeaders, httpVersion, httpVersionMajor, httpVersionMinor, complete: true }
  Object.assign(replayed, head)
  // A fault may have shortened the body.
  replayed.headers = { ...headers, ...(headers['content-length'] && { 'content-length': String(body.length) }) }
  replayed.push(body)
  replayed.push(null)
  return replayed
}
