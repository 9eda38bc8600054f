import type { ServerResponse } from 'node:http'
import type { ListedVersion, StoredObjects } from './stored-objects.ts'

/** The most entries that S3 lists in one response. */
const largestPage = 1_000

/** Serves `ListObjectVersions`. */
export const serveVersions = (
  objects: StoredObjects,
  response: ServerResponse,
  { bucket, query }: { readonly bucket: string; readonly query: URLSearchParams },
): void => {
  const all = objects.listVersions(bucket, query.get('prefix') ?? '')
  const rest = all.slice(startOf(all, query))
  const page = rest.slice(0, Math.min(largestPage, Number(query.get('max-keys') ?? largestPage)))
  const last = page.at(-1)
  const next =
    page.length < rest.length && last
      ? `<NextKeyMarker>${escaped(last.key)}</NextKeyMarker><NextVersionIdMarker>${last.versionId}</NextVersionIdMarker>`
      : ''
  const xml =
    '<?xml version="1.0" encoding="UTF-8"?>\n<ListVersionsResult xmlns="http://s3.amazonaws.com/doc/2006-03-01/">' +
    `<IsTruncated>${next !== ''}</IsTruncated>${next}${page.map(entryOf).join('')}</ListVersionsResult>`
  response.writeHead(200, { 'content-type': 'application/xml' }).end(xml)
}

/** The page starts after the version that both markers name. */
const startOf = (all: readonly ListedVersion[], query: URLSearchParams): number => {
  const [key, versionId] = [query.get('key-marker'), query.get('version-id-marker')]
  return key === null ? 0 : all.findIndex((one) => one.key === key && one.versionId === versionId) + 1
}

const entryOf = ({ key, versionId, isLatest, lastModified, object }: ListedVersion): string => {
  const common =
    `<Key>${escaped(key)}</Key><VersionId>${versionId}</VersionId><IsLatest>${isLatest}</IsLatest>` +
    `<LastModified>${lastModified.toISOString()}</LastModified>`
  if (!object) return `<DeleteMarker>${common}</DeleteMarker>`
  return `<Version>${common}<ETag>${escaped(object.etag)}</ETag><Size>${object.size}</Size></Version>`
}

const escaped = (text: string): string => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')
