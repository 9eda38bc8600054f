import { createHash, createHmac, timingSafeEqual } from 'node:crypto'

/** The one secret key of every local caller. It guards nothing but against a tampered presigned URL. */
export const localSecretAccessKey = 'local-secret-access-key'

/** Checks a presigned S3 URL (Signature Version 4, query form). Gives the reason when it must be refused. */
export function presignedUrlRefusal(
  method: string,
  url: URL,
  header: (name: string) => string,
  now: Date,
): string | undefined {
  const query = url.searchParams
  const date = query.get('X-Amz-Date') ?? ''
  const [, ...scope] = (query.get('X-Amz-Credential') ?? '').split('/')
  const signed = (query.get('X-Amz-SignedHeaders') ?? '').split(';')
  const issued = Date.parse(date.replace(/^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/, '$1-$2-$3T$4:$5:$6Z'))
  if (Number.isNaN(issued) || scope.length !== 4) return 'Query-string authentication is incomplete'
  if (now.getTime() > issued + Number(query.get('X-Amz-Expires')) * 1000) return 'Request has expired'

  const parameters = [...query.entries()]
    .filter(([name]) => name !== 'X-Amz-Signature')
    .map(([name, value]) => `${encode(name)}=${encode(value)}`)
    .sort()
  const canonical = [
    method,
    url.pathname,
    parameters.join('&'),
    ...signed.map((name) => `${name}:${header(name).trim()}`),
    '',
    signed.join(';'),
    query.get('X-Amz-Content-Sha256') ?? 'UNSIGNED-PAYLOAD',
  ].join('\n')
  const toSign = ['AWS4-HMAC-SHA256', date, scope.join('/'), createHash('sha256').update(canonical).digest('hex')].join(
    '\n',
  )
  let key: Buffer | string = `AWS4${localSecretAccessKey}`
  for (const part of [...scope, toSign]) key = createHmac('sha256', key).update(part).digest()
  const given = Buffer.from(query.get('X-Amz-Signature') ?? '', 'hex')
  const expected = Buffer.from(key)
  if (given.length === expected.length && timingSafeEqual(given, expected)) return undefined
  return 'The request signature we calculated does not match the signature you provided'
}

/** RFC 3986, as Signature Version 4 wants it: everything but unreserved characters. */
function encode(text: string): string {
  return encodeURIComponent(text).replace(/[!'()*]/g, (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`)
}
