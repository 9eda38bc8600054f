import type { IncomingMessage, ServerResponse } from 'node:http'
import { s3Error } from '../signed-calls/service-error.ts'
import type { StoredObjects } from './stored-objects.ts'

/** Serves `GetObjectTagging` and `PutObjectTagging`. */
export const serveTags = (
  objects: StoredObjects,
  request: IncomingMessage,
  response: ServerResponse,
  { bucket, key, body }: { readonly bucket: string; readonly key: string; readonly body: Buffer },
): void => {
  const { tags } = objects
  if (!objects.exists(bucket, key)) {
    s3Error(request, response, { status: 404, code: 'NoSuchKey', message: 'The specified key does not exist.' })
  } else if (request.method === 'GET') {
    response.writeHead(200, { 'content-type': 'application/xml' }).end(tags.read(bucket, key))
  } else if (body.includes('<TagSet>')) {
    tags.write(bucket, key, body)
    response.writeHead(200).end()
  } else s3Error(request, response, { status: 400, code: 'MalformedXML', message: 'The body has no tag set.' })
}
