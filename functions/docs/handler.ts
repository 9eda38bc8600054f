import { gzipSync } from 'node:zlib'
import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2 } from 'aws-lambda'
import { encodingFor } from '../shared/page/encoding.ts'
import { sourceOf } from '../shared/page/page.ts'
import { securityHeaders } from '../shared/page/security-headers.ts'
import { type Sources, sourcesSchema } from './document.ts'
import { pageOf } from './page/page.ts'
import { script } from './page/script.ts'
import { style } from './page/style.ts'

/** Seconds. The documents change only with a deployment. */
const freshFor = 300

const contentSecurityPolicy = [
  "default-src 'none'",
  `script-src ${sourceOf(script)}`,
  `style-src ${sourceOf(style)}`,
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
  "require-trusted-types-for 'script'",
  "trusted-types 'none'",
].join('; ')

const headers = {
  ...securityHeaders(contentSecurityPolicy),
  'cache-control': `public, max-age=${freshFor}`,
  vary: 'accept-encoding',
}

type Event = Pick<APIGatewayProxyEventV2, 'rawPath'> & Partial<Pick<APIGatewayProxyEventV2, 'headers'>>

/**
 * Handles `GET /openapi.json` and `GET /docs`, which are public and the same for all users. It uses only the path and
 * the accepted encoding of the request.
 */
export const docsHandler = (sources: { readonly [name in keyof Sources]: unknown }) => {
  const documents: Readonly<Record<string, Document>> = {
    '/openapi.json': document('application/json', () => JSON.stringify(sources.api)),
    '/docs': document('text/html; charset=utf-8', () => pageOf(sourcesSchema.parse(sources))),
  }
  return async ({ rawPath, headers: asked }: Event): Promise<APIGatewayProxyStructuredResultV2> => {
    const found = Object.hasOwn(documents, rawPath) ? documents[rawPath] : undefined
    if (!found) return { statusCode: 404, headers }
    const answered = { statusCode: 200, headers: { 'content-type': found.mediaType, ...headers } }
    if (encodingFor(asked?.['accept-encoding'], new Set(['gzip'])) === 'identity')
      return { ...answered, body: found.body() }
    return {
      ...answered,
      headers: { ...answered.headers, 'content-encoding': 'gzip' },
      body: found.compressed(),
      isBase64Encoded: true,
    }
  }
}

/** Both forms are made at their first request, because most processes of the function serve only one of them. */
interface Document {
  readonly mediaType: string
  readonly body: () => string
  /** In base64. */
  readonly compressed: () => string
}

const document = (mediaType: string, make: () => string): Document => {
  const body = once(make)
  return { mediaType, body, compressed: once(() => gzipSync(body()).toString('base64')) }
}

const once = (make: () => string): (() => string) => {
  let made: string | undefined
  return () => {
    made ??= make()
    return made
  }
}
