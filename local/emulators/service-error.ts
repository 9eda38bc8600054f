import type { IncomingMessage, ServerResponse } from 'node:http'
import type { ServiceCall } from './service-calls.ts'
import type { SignatureRefusal } from './signature-check.ts'

type Reason = SignatureRefusal['reason'] | 'body' | 'too-large'

/** The status and the names that the services give a refusal: S3 has its own, the others share theirs. */
const codes: Readonly<Record<Reason, { readonly s3: [number, string]; readonly others: [number, string] }>> = {
  missing: { s3: [403, 'AccessDenied'], others: [400, 'MissingAuthenticationTokenException'] },
  incomplete: { s3: [403, 'AccessDenied'], others: [400, 'IncompleteSignatureException'] },
  expired: { s3: [403, 'AccessDenied'], others: [403, 'InvalidSignatureException'] },
  mismatch: { s3: [403, 'SignatureDoesNotMatch'], others: [403, 'InvalidSignatureException'] },
  body: { s3: [400, 'XAmzContentSHA256Mismatch'], others: [403, 'InvalidSignatureException'] },
  'too-large': { s3: [400, 'EntityTooLarge'], others: [413, 'RequestEntityTooLarge'] },
}

/** Refuses a request in the form that the service's clients read. */
export function serviceError(
  service: ServiceCall['service'],
  request: IncomingMessage,
  response: ServerResponse,
  reason: Reason,
  message: string,
): void {
  const [status, code] = codes[reason][service === 's3' ? 's3' : 'others']
  if (service === 's3') {
    s3Error(request, response, { status, code, message })
    return
  }
  // SNS speaks the query protocol and names no target.
  const json = request.headers['x-amz-target'] !== undefined
  const xml = `<ErrorResponse><Error><Code>${code}</Code><Message>${escaped(message)}</Message></Error></ErrorResponse>`
  send(request, response, status, {
    type: json ? 'application/x-amz-json-1.1' : 'text/xml',
    body: json ? JSON.stringify({ __type: code, message }) : xml,
  })
}

/** An error in the form of S3. */
export function s3Error(
  request: IncomingMessage,
  response: ServerResponse,
  { status, code, message }: { readonly status: number; readonly code: string; readonly message: string },
): void {
  const body = `<?xml version="1.0" encoding="UTF-8"?>\n<Error><Code>${code}</Code><Message>${escaped(message)}</Message></Error>`
  send(request, response, status, { type: 'application/xml', body })
}

function send(
  request: IncomingMessage,
  response: ServerResponse,
  status: number,
  { type, body }: { readonly type: string; readonly body: string },
): void {
  // A body that was not read would be taken for the next request.
  const unread = request.complete ? {} : { connection: 'close' }
  response.writeHead(status, { 'content-type': type, 'content-length': Buffer.byteLength(body), ...unread })
  response.end(request.method === 'HEAD' ? undefined : body)
}

const escaped = (text: string): string => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;')
