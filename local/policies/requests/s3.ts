import type { IncomingHttpHeaders } from 'node:http'
import { type AccessRequest, type ConditionValues, type Surroundings, UnknownCall } from '../access-request.ts'

interface S3Call {
  readonly method: string
  /** The path and the query. */
  readonly path: string
  readonly headers: IncomingHttpHeaders
  readonly body: Buffer
}

/** The action of an operation, by its method and the query parameters that identify it. */
interface Operation {
  readonly method: string
  readonly level: 'bucket' | 'object'
  readonly parameters: readonly string[]
  readonly action: string
}

/** The operations, the most specific first. */
const operations: readonly Operation[] = [
  { method: 'GET', level: 'bucket', parameters: ['versions'], action: 'ListBucketVersions' },
  { method: 'GET', level: 'bucket', parameters: ['list-type'], action: 'ListBucket' },
  { method: 'HEAD', level: 'bucket', parameters: [], action: 'ListBucket' },
  { method: 'PUT', level: 'object', parameters: ['tagging'], action: 'PutObjectTagging' },
  { method: 'GET', level: 'object', parameters: ['tagging'], action: 'GetObjectTagging' },
  { method: 'PUT', level: 'object', parameters: ['partNumber', 'uploadId'], action: 'PutObject' },
  { method: 'POST', level: 'object', parameters: ['uploads'], action: 'PutObject' },
  { method: 'POST', level: 'object', parameters: ['uploadId'], action: 'PutObject' },
  { method: 'DELETE', level: 'object', parameters: ['uploadId'], action: 'AbortMultipartUpload' },
  { method: 'GET', level: 'object', parameters: ['versionId'], action: 'GetObjectVersion' },
  { method: 'HEAD', level: 'object', parameters: ['versionId'], action: 'GetObjectVersion' },
  { method: 'DELETE', level: 'object', parameters: ['versionId'], action: 'DeleteObjectVersion' },
  { method: 'GET', level: 'object', parameters: [], action: 'GetObject' },
  { method: 'HEAD', level: 'object', parameters: [], action: 'GetObject' },
  { method: 'PUT', level: 'object', parameters: [], action: 'PutObject' },
  { method: 'DELETE', level: 'object', parameters: [], action: 'DeleteObject' },
]

/** Query parameters that do not change the operation: those of the SDK, of a presigned URL, and of a listing. */
const harmless =
  /^(x-id|x-amz-.+|response-.+|prefix|delimiter|max-keys|start-after|continuation-token|key-marker|version-id-marker|encoding-type)$/i

export const s3Requests = ({ method, path, headers, body }: S3Call, surroundings: Surroundings): AccessRequest[] => {
  const url = new URL(`http://local${path}`)
  const [, bucket = '', ...rest] = decodeURIComponent(url.pathname).split('/')
  const [bucketArn, key] = [`arn:aws:s3:::${bucket}`, rest.join('/')]
  const given = [...url.searchParams.keys()].filter((name) => !harmless.test(name))
  if (method === 'POST' && key === '' && given.join() === 'delete') return deletions(bucketArn, body)
  const level = key === '' ? 'bucket' : 'object'
  const found = operations.find(
    (one) =>
      one.method === method &&
      one.level === level &&
      one.parameters.length === given.length &&
      one.parameters.every((name) => given.includes(name)),
  )
  if (found === undefined || headers['x-amz-copy-source'] !== undefined)
    throw new UnknownCall(
      `the S3 request ${method} of ${level === 'bucket' ? 'a bucket' : 'an object'} ?${given.join('&')}`,
    )
  const resource = level === 'bucket' ? bucketArn : `${bucketArn}/${key}`
  const prefix = url.searchParams.get('prefix')
  const tags = found.action === 'PutObjectTagging' ? tagsInBody(body) : tagsInHeader(headers)
  const condition = headers['if-none-match']
  const keys: ConditionValues = {
    ...tagKeys(tags),
    ...(level === 'bucket' && prefix !== null && { 's3:prefix': prefix }),
    ...(found.action === 'PutObject' && {
      ...(condition !== undefined && { 's3:if-none-match': condition }),
      // Starting a multipart upload and uploading a part create no object. Completing the upload does.
      // https://docs.aws.amazon.com/AmazonS3/latest/userguide/conditional-writes-enforce.html
      's3:ObjectCreationOperation': String(!given.includes('uploads') && !given.includes('partNumber')),
    }),
  }
  const requests: AccessRequest[] = [{ action: `s3:${found.action}`, resource, keys }]
  if (found.action === 'PutObject' && tags.size > 0) requests.push({ action: 's3:PutObjectTagging', resource, keys })
  // S3 tells only callers that may list the bucket that an object does not exist.
  // https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetObject.html
  if (found.action === 'GetObject' && !surroundings.hasObject(bucket, key))
    requests.push({ action: 's3:ListBucket', resource: bucketArn, keys: {} })
  return requests
}

/** S3 reports objects that must not be deleted one by one. The local run denies the whole request instead. */
const deletions = (bucketArn: string, body: Buffer): AccessRequest[] => {
  const objects = elementsOf(body.toString(), 'Object').map((inner) => ({
    key: elementOf(inner, 'Key') ?? '',
    action: elementOf(inner, 'VersionId') === undefined ? 's3:DeleteObject' : 's3:DeleteObjectVersion',
  }))
  if (objects.length === 0) throw new UnknownCall('a request to delete no objects')
  return objects.map(({ key, action }) => ({ action, resource: `${bucketArn}/${key}`, keys: {} }))
}

type Tags = ReadonlyMap<string, string>

const tagsInHeader = (headers: IncomingHttpHeaders): Tags =>
  new Map(new URLSearchParams(String(headers['x-amz-tagging'] ?? '')))

const tagsInBody = (body: Buffer): Tags =>
  new Map(
    elementsOf(body.toString(), 'Tag').map((inner) => [elementOf(inner, 'Key') ?? '', elementOf(inner, 'Value') ?? '']),
  )

const tagKeys = (tags: Tags): ConditionValues => ({
  ...(tags.size > 0 && { 's3:RequestObjectTagKeys': [...tags.keys()] }),
  ...Object.fromEntries([...tags].map(([key, value]) => [`s3:RequestObjectTag/${key}`, value])),
})

/** The contents of the elements with this name. The SDK writes elements without attributes, and none inside itself. */
const elementsOf = (xml: string, name: string): string[] =>
  xml
    .split(`<${name}>`)
    .slice(1)
    .map((rest) => rest.split(`</${name}>`)[0] ?? '')

const elementOf = (xml: string, name: string): string | undefined =>
  elementsOf(xml, name)[0]?.replace(/&(amp|lt|gt|quot|apos|#13|#10);/g, (_, entity: string) => entities[entity] ?? '')

const entities: Readonly<Record<string, string>> = {
  amp: '&',
  lt: '<',
  gt: '>',
  quot: '"',
  apos: "'",
  '#13': '\r',
  '#10': '\n',
}
