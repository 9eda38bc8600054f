import type { Credentials } from './access-keys.ts'
import { algorithm, type SignedRequest, sha256, signatureOf, signingDate } from './signature.ts'

/** The address of an emulator for the runner's own calls, and the credentials that sign them. */
export interface AwsJsonEndpoint {
  readonly url: string
  readonly region: string
  /** For example `AmazonSQS`. */
  readonly target: string
  /** `1.0` or `1.1`. */
  readonly version: string
  readonly credentials: Credentials
}

export class AwsJsonError extends Error {
  override readonly name = 'AwsJsonError'
  readonly code: string

  constructor(code: string, message: string) {
    super(`${code}: ${message}`)
    this.code = code
  }
}

/** Sends one call to an emulator that uses AWS's JSON protocol. */
export const callAwsJson = async (
  endpoint: AwsJsonEndpoint,
  operation: string,
  input: object,
  signal?: AbortSignal,
): Promise<unknown> => {
  const body = JSON.stringify(input)
  const response = await fetch(endpoint.url, {
    method: 'POST',
    headers: signedHeaders(endpoint, operation, body),
    body,
    ...(signal !== undefined && { signal }),
  })
  const text = await response.text()
  const answer: unknown = text === '' ? {} : JSON.parse(text)
  if (response.ok) return answer
  const fields = typeof answer === 'object' && answer !== null ? answer : {}
  const type = '__type' in fields ? String(fields.__type) : `HTTP ${response.status}`
  throw new AwsJsonError(type.split('#').at(-1) ?? type, 'message' in fields ? String(fields.message) : '')
}

const signedHeaders = (endpoint: AwsJsonEndpoint, operation: string, body: string): Record<string, string> => {
  const { url, region, target, version, credentials } = endpoint
  const [date, payloadHash] = [signingDate(new Date()), sha256(body)]
  const headers: Record<string, string> = {
    'content-type': `application/x-amz-json-${version}`,
    'x-amz-content-sha256': payloadHash,
    'x-amz-date': date,
    'x-amz-target': `${target}.${operation}`,
  }
  const covered = ['content-type', 'host', 'x-amz-content-sha256', 'x-amz-date', 'x-amz-target']
  const service = target.startsWith('DynamoDB') ? 'dynamodb' : 'sqs'
  const request: SignedRequest = {
    method: 'POST',
    path: '/',
    query: new URLSearchParams(),
    header: (name) => headers[name] ?? new URL(url).host,
    signedHeaders: covered,
    payloadHash,
    date,
    scope: [date.slice(0, 8), region, service, 'aws4_request'],
  }
  const signature = signatureOf(request, credentials.secretAccessKey).toString('hex')
  const credential = [credentials.accessKeyId, ...request.scope].join('/')
  return {
    ...headers,
    authorization: `${algorithm} Credential=${credential}, SignedHeaders=${covered.join(';')}, Signature=${signature}`,
  }
}
