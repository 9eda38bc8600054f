import type { IncomingHttpHeaders, IncomingMessage, RequestListener } from 'node:http'
import type { LoopbackServer } from '../../common/loopback-server.ts'
import { type ServiceAccess, serveService } from '../signed-calls/serve-service.ts'
import { s3Error } from '../signed-calls/service-error.ts'
import { ConditionalWrites } from './conditional-writes.ts'
import { bodyLimit } from './messaging.ts'
import { serveTags } from './serve-tags.ts'
import { serveVersions } from './serve-versions.ts'
import type { StoredObjects } from './stored-objects.ts'

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
  {
    method: 'GET',
    level: 'bucket',
    needs: ['versions'],
    may: ['prefix', 'max-keys', 'key-marker', 'version-id-marker'],
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
  { method: 'DELETE', level: 'object', needs: ['versionId'], may: [] },
]

/** Parameters that every SDK sends, or that belong to a presigned URL. */
const always =
  /^(x-id|X-Amz-(Algorithm|Credential|Date|Expires|SignedHeaders|Signature|Security-Token|Content-Sha256|Checksum-Mode)|x-amz-checksum-mode|x-amz-user-agent)$/

/** Headers that fauxqs supports, and headers without an effect on one machine (encryption at rest, storage class). */
const supportedHeaders =
  /^x-amz-(date|content-sha256|security-token|user-agent|checksum-.+|sdk-checksum-algorithm|trailer|decoded-content-length|meta-.+|server-side-encryption.*|storage-class|expected-bucket-owner|copy-source|metadata-directive|tagging)$/

/** The parts of a request that decide whether it is supported. */
export interface S3Request {
  readonly method: string
  readonly url: URL
  /** The request's own path, before URL normalisation. */
  readonly path: string
  readonly headers: IncomingHttpHeaders
  readonly body: Buffer
}

/** @returns the reason for refusing a request, or undefined if it is supported */
export const refusal = ({ method, url, path, headers, body }: S3Request): string | undefined => {
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
  const header = Object.keys(headers).find((name) => name.startsWith('x-amz-') && !supportedHeaders.test(name))
  if (header !== undefined) return `the header ${header} is not supported`
  if (headers['x-amz-tagging'] !== undefined && !createsObject(method, url))
    return 'the header x-amz-tagging is supported only for a write that creates an object'
  if (isWrite(method) && headers['if-match'] !== undefined) return 'the condition If-Match of a write is not supported'
  if (isWrite(method) && headers['if-none-match'] !== undefined && !isConditionalWrite(method, url, headers)) {
    return 'the condition If-None-Match is supported only with `*`, and only for a write that creates an object'
  }
  // fauxqs ignores the version and deletes the current object.
  if (query.includes('delete') && body.includes('<VersionId>')) return 'DeleteObjects with versions is not supported'
  return undefined
}

const isWrite = (method: string): boolean => method === 'PUT' || method === 'POST' || method === 'DELETE'

/** Whether a request is a `PutObject`, or begins a multipart upload. */
const createsObject = (method: string, { pathname, searchParams }: URL): boolean =>
  pathname.split('/').length > 2 &&
  ((method === 'POST' && searchParams.has('uploads')) ||
    (method === 'PUT' && !searchParams.has('uploadId') && !searchParams.has('tagging')))

/** Whether a request is a `PutObject` or `CompleteMultipartUpload` that must not overwrite an object. */
const isConditionalWrite = (method: string, url: URL, headers: IncomingHttpHeaders): boolean => {
  if (headers['if-none-match'] !== '*') return false
  const completes = method === 'POST' && url.searchParams.has('uploadId')
  return completes || (method === 'PUT' && createsObject(method, url))
}

/**
 * Passes only the requests to fauxqs's S3 that it handles correctly, and handles tags, versions and conditions itself.
 * fauxqs treats a request for an unknown sub-resource as a request for the object itself. For example, `PutObjectAcl`
 * overwrites the object with the XML.
 */
export const startS3Guard = (options: {
  readonly access: ServiceAccess
  readonly s3: RequestListener
  readonly objects: StoredObjects
  readonly now: () => Date
}): Promise<LoopbackServer> => {
  const { objects, access, now } = options
  const s3: RequestListener = (request, response) => {
    noteTags(objects, request)
    options.s3(request, response)
  }
  const conditional = new ConditionalWrites(objects, s3)
  return serveService({ service: 's3', bodyLimit, access, now }, (request, response, _call, body) => {
    const { method = 'GET', url: rawUrl = '/', headers } = request
    const url = new URL(`http://local${rawUrl}`)
    const unknown = refusal({ method, url, path: rawUrl.split('?')[0] ?? '/', headers, body })
    if (unknown !== undefined) {
      const message = `The local run's S3: ${unknown}.`
      return s3Error(request, response, { status: 501, code: 'NotImplemented', message })
    }
    const query = url.searchParams
    const { bucket, key } = placeOf(url)
    if (query.has('tagging')) serveTags(objects, request, response, { bucket, key, body })
    else if (query.has('versions')) serveVersions(objects, response, { bucket, query })
    else if (query.has('versionId')) {
      objects.removeVersion(bucket, key, query.get('versionId') ?? '')
      response.writeHead(204).end()
    } else if (isConditionalWrite(method, url, headers)) {
      conditional.serve(request, response, { bucket, key }).catch((error: Error) => response.destroy(error))
    } else s3(request, response)
  })
}

const noteTags = ({ tags }: StoredObjects, { method = 'GET', url: rawUrl = '/', headers }: IncomingMessage): void => {
  const url = new URL(`http://local${rawUrl}`)
  if (!createsObject(method, url)) return
  const { bucket, key } = placeOf(url)
  tags.writeBegins(bucket, key, headers['x-amz-tagging']?.toString())
}

const placeOf = ({ pathname }: URL): { readonly bucket: string; readonly key: string } => {
  const [, bucket = '', ...segments] = decodeURIComponent(pathname).split('/')
  return { bucket, key: segments.join('/') }
}
