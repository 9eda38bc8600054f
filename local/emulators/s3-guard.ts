import type { RequestListener } from 'node:http'
import type { LoopbackServer } from './loopback-server.ts'
import { bodyLimit } from './messaging.ts'
import { refusal } from './s3-rules.ts'
import { type ServiceAccess, serveService } from './serve-service.ts'
import { s3Error } from './service-error.ts'

/**
 * Passes only the requests to fauxqs's S3 that it handles correctly. fauxqs treats a request for an unknown
 * sub-resource as a request for the object itself. For example, `PutObjectTagging` overwrites the object with the XML.
 */
export function startS3Guard(
  options: ServiceAccess & { readonly s3: RequestListener; readonly now: () => Date },
): Promise<LoopbackServer> {
  const { s3, ...access } = options
  return serveService({ service: 's3', bodyLimit, ...access }, (request, response) => {
    const { method = 'GET', url = '/', headers } = request
    const unknown = refusal(method, new URL(`http://local${url}`), url.split('?')[0] ?? '/', Object.keys(headers))
    if (unknown === undefined) return s3(request, response)
    const message = `The local run's S3: ${unknown}.`
    s3Error(request, response, { status: 501, code: 'NotImplemented', message })
  })
}
