/** One call to an emulator that speaks AWS's JSON protocol, signed for show: the emulators check no signature. */
export interface AwsJsonEndpoint {
  readonly url: string
  readonly region: string
  /** Such as `AmazonSQS`. */
  readonly target: string
  /** `1.0` or `1.1`. */
  readonly version: string
}

export class AwsJsonError extends Error {
  override readonly name = 'AwsJsonError'
  readonly code: string

  constructor(code: string, message: string) {
    super(`${code}: ${message}`)
    this.code = code
  }
}

export async function callAwsJson(
  endpoint: AwsJsonEndpoint,
  operation: string,
  input: object,
  signal?: AbortSignal,
): Promise<unknown> {
  const service = endpoint.target.startsWith('DynamoDB') ? 'dynamodb' : 'sqs'
  const credential = `local/20000101/${endpoint.region}/${service}/aws4_request`
  const response = await fetch(endpoint.url, {
    method: 'POST',
    headers: {
      'content-type': `application/x-amz-json-${endpoint.version}`,
      'x-amz-target': `${endpoint.target}.${operation}`,
      'x-amz-date': '20000101T000000Z',
      authorization: `AWS4-HMAC-SHA256 Credential=${credential}, SignedHeaders=host, Signature=0`,
    },
    body: JSON.stringify(input),
    ...(signal !== undefined && { signal }),
  })
  const text = await response.text()
  const answer: unknown = text === '' ? {} : JSON.parse(text)
  if (response.ok) return answer
  const fields = typeof answer === 'object' && answer !== null ? answer : {}
  const type = '__type' in fields ? String(fields.__type) : `HTTP ${response.status}`
  throw new AwsJsonError(type.split('#').at(-1) ?? type, 'message' in fields ? String(fields.message) : '')
}
