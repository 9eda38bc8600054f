import type { RequestListener } from 'node:http'
import type { LoopbackServer } from '../../common/loopback-server.ts'
import { type ServiceAccess, serveService } from '../signed-calls/serve-service.ts'
import { s3Error } from '../signed-calls/service-error.ts'
import { bodyLimit } from './messaging.ts'
import { serveTags, type TagsService } from './object-tags.ts'

/**
 * An S3 operation that the local run supports. All others are refused, because fauxqs would treat them as requests for
 * a plain object.
 */
interface Rule {
  readonly method: string
  readonly level: 'bucket' | 'object'
  /** The query parameters that identify the operation. All of them must be present. */
  readonly needs: readonly string[]
  readonly may: readonly string[]
}

const responseOverrides = [
  'response-cache-control',
  'response-content-disposition',
  'response-content-encoding',
  'response-content-language',
  'response-content-type',
  'response-expires',
]

const rules: readonly Rule[] = [
  { method: 'HEAD', level: 'bucket', needs: [], may: [] },
  {
    method: 'GET',
    level: 'bucket',
    needs: ['list-type'],
    may: ['prefix', 'delimiter', 'max-keys', 'start-after', 'continuation-token'],
  },
  { method: 'POST', level: 'bucket', needs: ['delete'], may: [] },
  { method: 'PUT', level: 'object', needs: ['partNumber', 'uploadId'], may: [] },
  { method: 'PUT', level: 'object', needs: [], may: [] },
  { method: 'PUT', level: 'object', needs: ['tagging'], may: [] },
  { method: 'GET', level: 'object', needs: ['tagging'], may: [] },
  { method: 'HEAD', level: 'object', needs: [], may: responseOverrides },
  { method: 'GET', level: 'object', needs: [], may: responseOverrides },
  { method: 'POST', level: 'object', needs: ['uploads'], may: [] },
  { method: 'POST', level: 'object', needs: ['uploadId'], may: [] },
  { method: 'DELETE', level: 'object', needs: ['uploadId'], may: [] },
  { method: 'DELETE', level: 'object', needs: [], may: [] },
]

/** Parameters that every SDK sends, or that belong to a presigned URL. */
const always =
  /^(x-id|X-Amz-(Algorithm|Credential|Date|Expires|SignedHeaders|Signature|Security-Token|Content-Sha256|Checksum-Mode)|x-amz-checksum-mode|x-amz-user-agent)$/

/** Headers that fauxqs supports, and headers without an effect on one machine (encryption at rest, storage class). */
const headers =
  /^x-amz-(date|content-sha256|security-token|user-agent|checksum-.+|sdk-checksum-algorithm|trailer|decoded-content-length|meta-.+|server-side-encryption.*|storage-class|expected-bucket-owner|copy-source|metadata-directive)$/

/**
 * @returns the reason for refusing a request, or undefined if it is supported
 * @param path the request's own path, before URL normalisation
 */
export const refusal = (method: string, url: URL, path: string, names: readonly string[]): string | undefined => {
  const [, bucket = '', ...key] = url.pathname.split('/')
  if (bucket === '') return 'ListBuckets is not supported'
  // A key is used as a file name, so it must not lead out of its bucket's folder.
  if (path.split('/').some((segment) => /^(\.|%2e){1,2}$/i.test(segment)) || /%2f|%5c/i.test(path)) {
    return 'a key with a dot segment or an encoded slash is not supported'
  }
  const level = key.join('/') === '' ? 'bucket' : 'object'
  const query = [...new Set(url.searchParams.keys())].filter((name) => !always.test(name))
  const served = rules.some(
    (rule) =>
      rule.method === method &&
      rule.level === level &&
      rule.needs.every((name) => query.includes(name)) &&
      query.every((name) => rule.needs.includes(name) || rule.may.includes(name)),
  )
  if (!served) return `${method} of a ${level} with ?${query.join('&')} is not supported`
  const header = names.find((name) => name.startsWith('x-amz-') && !headers.test(name))
  if (header !== undefined) return `the header ${header} is not supported`
  // fauxqs ignores conditions on writes.
  if (method === 'PUT' && (names.includes('if-none-match') || names.includes('if-match'))) {
    return 'a conditional write is not supported'
  }
  return undefined
}

/**
 * Passes only the requests to fauxqs's S3 that it handles correctly, and handles tags itself. fauxqs treats a request for
 * an unknown sub-resource as a request for the object itself. For example, `PutObjectAcl` overwrites the object with the
 * XML.
 */
export const startS3Guard = (
  options: ServiceAccess & { readonly s3: RequestListener; readonly tagging: TagsService; readonly now: () => Date },
): Promise<LoopbackServer> => {
  const { s3, tagging, ...access } = options
  return serveService({ service: 's3', bodyLimit, ...access }, (request, response, _call, body) => {
    const { method = 'GET', url = '/', headers } = request
    const target = new URL(`http://local${url}`)
    const unknown = refusal(method, target, url.split('?')[0] ?? '/', Object.keys(headers))
    if (unknown !== undefined) {
      const message = `The local run's S3: ${unknown}.`
      s3Error(request, response, { status: 501, code: 'NotImplemented', message })
    } else if (target.searchParams.has('tagging')) {
      const [, bucket = '', ...key] = decodeURIComponent(target.pathname).split('/')
      serveTags(tagging, request, response, { bucket, key: key.join('/'), body })
    } else s3(request, response)
  })
}
