import type { IncomingMessage, ServerResponse } from 'node:http'
import type { ServiceCall } from './service-call.ts'
import type { SignatureRefusal } from './signature-check.ts'

type Reason = SignatureRefusal['reason'] | 'body' | 'too-large'

/**
 * The status and code with which the services refuse a request. S3 has its own codes, and the other services share
 * theirs.
 */
const codes: Readonly<Record<Reason, { readonly s3: [number, string]; readonly others: [number, string] }>> = {
  missing: { s3: [403, 'AccessDenied'], others: [400, 'MissingAuthenticationTokenException'] },
  incomplete: { s3: [403, 'AccessDenied'], others: [400, 'IncompleteSignatureException'] },
  expired: { s3: [403, 'AccessDenied'], others: [403, 'InvalidSignatureException'] },
  mismatch: { s3: [403, 'SignatureDoesNotMatch'], others: [403, 'InvalidSignatureException'] },
  body: { s3: [400, 'XAmzContentSHA256Mismatch'], others: [403, 'InvalidSignatureException'] },
  'too-large': { s3: [400, 'EntityTooLarge'], others: [413, 'RequestEntityTooLarge'] },
}

/** A call that the caller's role does not allow. */
export interface Denial {
  /** The first action that is not allowed, and its resource. */
  readonly action: string
  readonly resource: string
  /** In the words of IAM. */
  readonly message: string
}

/** Answers a denied call with the service's own error, so that clients fail exactly as they do in AWS. */
export const denialError = (
  { service, operation }: ServiceCall,
  request: IncomingMessage,
  response: ServerResponse,
  { action, message }: Denial,
): void => {
  if (service === 's3') {
    s3Error(request, response, { status: 403, code: 'AccessDenied', message })
    return
  }
  // https://docs.aws.amazon.com/sns/latest/api/API_Publish.html
  const snsCode = action.startsWith('kms:') ? 'KMSAccessDenied' : 'AuthorizationError'
  const [status, code] =
    service === 'messaging' && operation === undefined
      ? ([403, snsCode] as const)
      : ([400, 'AccessDeniedException'] as const)
  protocolError(request, response, { status, code, message })
}

/** Refuses a request in the format that the service's clients expect. */
export const serviceError = (
  service: ServiceCall['service'],
  request: IncomingMessage,
  response: ServerResponse,
  reason: Reason,
  message: string,
): void => {
  const [status, code] = codes[reason][service === 's3' ? 's3' : 'others']
  refuseWith({ service }, request, response, { status, code, message })
}

/** Sends an error in the format that the clients of the service expect. */
export const refuseWith = (
  { service }: Pick<ServiceCall, 'service'>,
  request: IncomingMessage,
  response: ServerResponse,
  error: ErrorAnswer,
): void => {
  if (service === 's3') s3Error(request, response, error)
  else protocolError(request, response, error)
}

/** Sends an error in the format of the request's protocol. */
const protocolError = (
  request: IncomingMessage,
  response: ServerResponse,
  { status, code, message }: ErrorAnswer,
): void => {
  // SNS uses the query protocol and does not send this header.
  const json = request.headers['x-amz-target'] !== undefined
  const xml = `<ErrorResponse><Error><Code>${code}</Code><Message>${escaped(message)}</Message></Error></ErrorResponse>`
  send(request, response, status, {
    type: json ? 'application/x-amz-json-1.1' : 'text/xml',
    body: json ? JSON.stringify({ __type: code, message }) : xml,
  })
}

export interface ErrorAnswer {
  readonly status: number
  readonly code: string
  readonly message: string
}

/** Sends an error in the format of S3. */
export const s3Error = (
  request: IncomingMessage,
  response: ServerResponse,
  { status, code, message }: ErrorAnswer,
): void => {
  const body = `<?xml version="1.0" encoding="UTF-8"?>\n<Error><Code>${code}</Code><Message>${escaped(message)}</Message></Error>`
  send(request, response, status, { type: 'application/xml', body })
}

const send = (
  request: IncomingMessage,
  response: ServerResponse,
  status: number,
  { type, body }: { readonly type: string; readonly body: string },
): void => {
  // On a reused connection, an unread body would be parsed as the next request.
  const unread = request.complete ? {} : { connection: 'close' }
  response.writeHead(status, { 'content-type': type, 'content-length': Buffer.byteLength(body), ...unread })
  response.end(request.method === 'HEAD' ? undefined : body)
}

const escaped = (text: string): string => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;')
