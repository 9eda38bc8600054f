import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2 } from 'aws-lambda'
import { sourceOf, styledPageHeaders } from '../shared/page/page.ts'
import { documentSchema } from './document.ts'
import { pageOf } from './page/page.ts'
import { style } from './page/style.ts'

/** Seconds. The documents change only with a deployment. */
const freshFor = 300

const headers = { ...styledPageHeaders(sourceOf(style)), 'cache-control': `public, max-age=${freshFor}` }

/**
 * Handles `GET /openapi.json` and `GET /docs`, which are public and the same for all users. It uses only the path of
 * the request.
 */
export const docsHandler = (openapi: unknown) => {
  const documents: Readonly<Record<string, readonly [mediaType: string, body: string]>> = {
    '/openapi.json': ['application/json', JSON.stringify(openapi)],
    '/docs': ['text/html; charset=utf-8', pageOf(documentSchema.parse(openapi))],
  }
  return async ({ rawPath }: Pick<APIGatewayProxyEventV2, 'rawPath'>): Promise<APIGatewayProxyStructuredResultV2> => {
    const found = Object.hasOwn(documents, rawPath) ? documents[rawPath] : undefined
    if (!found) return { statusCode: 404, headers }
    const [mediaType, body] = found
    return { statusCode: 200, headers: { 'content-type': mediaType, ...headers }, body }
  }
}
