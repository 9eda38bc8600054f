import { request } from 'node:http'
import type { Credentials } from '../../../local/emulators/signed-calls/access-keys.ts'
import { algorithm, sha256, signatureOf, signingDate } from '../../../local/emulators/signed-calls/signature.ts'

export interface RequestToSign {
  readonly service: 's3' | 'sqs' | 'sns' | 'dynamodb' | 'secretsmanager'
  readonly method?: string
  /** The path and the query. */
  readonly target?: string
  readonly body?: string
  readonly headers?: Readonly<Record<string, string>>
  /** Changes that are made to the request after it was signed. */
  readonly changed?: {
    readonly target?: string
    readonly body?: string
    readonly headers?: Readonly<Record<string, string>>
  }
  readonly now?: Date
  readonly payloadHash?: string
  /** A header that the signature does not cover. */
  readonly uncovered?: string
}

/** Signs a request in a way that no SDK does, to test an emulator's response. */
export function sendSigned(
  endpoint: string,
  { accessKeyId, secretAccessKey }: Credentials,
  { service, method = 'POST', target = '/', body = '', now = new Date(), uncovered, changed, ...given }: RequestToSign,
): Promise<{ readonly status: number | undefined; readonly text: string }> {
  const { host, hostname, port } = new URL(endpoint)
  const [path = '/', search = ''] = target.split(/\?(.*)/s)
  const date = signingDate(now)
  const payloadHash = given.payloadHash ?? sha256(body)
  const headers: Record<string, string> = {
    host,
    'x-amz-content-sha256': payloadHash,
    'x-amz-date': date,
    ...given.headers,
  }
  const signedHeaders = Object.keys(headers)
    .filter((name) => name !== uncovered)
    .sort()
  const scope = [date.slice(0, 8), 'us-east-1', service, 'aws4_request']
  const header = (name: string): string => headers[name] ?? ''
  const query = new URLSearchParams(search)
  const signature = signatureOf(
    { method, path, query, header, signedHeaders, payloadHash, date, scope },
    secretAccessKey,
  ).toString('hex')
  const credential = `Credential=${[accessKeyId, ...scope].join('/')}`
  const authorization = `${algorithm} ${credential}, SignedHeaders=${signedHeaders.join(';')}, Signature=${signature}`
  const options = {
    host: hostname,
    port,
    method,
    path: changed?.target ?? target,
    headers: { ...headers, authorization, ...changed?.headers },
  }
  return new Promise((resolve, reject) => {
    const sent = request(options, async (response) => {
      const text = Buffer.concat(await response.toArray()).toString()
      resolve({ status: response.statusCode, text })
    })
    sent.on('error', reject)
    sent.end(changed?.body ?? body)
  })
}
