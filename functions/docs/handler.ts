import { createHash } from 'node:crypto'
import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2 } from 'aws-lambda'
import { documentSchema } from './document.ts'
import { pageOf } from './page/page.ts'
import { style } from './page/style.ts'

const styleHash = createHash('sha256').update(style).digest('base64')

/** Seconds. It changes only with a deployment. */
const freshFor = 300

const securityHeaders = {
  // Nothing but the one style: no script, no image, no form, no frame.
  'content-security-policy': `default-src 'none'; style-src 'sha256-${styleHash}'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`,
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'strict-transport-security': 'max-age=15552000; includeSubDomains',
  'cache-control': `public, max-age=${freshFor}`,
}

/** `GET /openapi.json` and `GET /docs`: public, and the same for everybody. It reads nothing of the request but its path. */
export const docsHandler = (openapi: unknown) => {
  const documents: Readonly<Record<string, readonly [mediaType: string, body: string]>> = {
    '/openapi.json': ['application/json', JSON.stringify(openapi)],
    '/docs': ['text/html; charset=utf-8', pageOf(documentSchema.parse(openapi))],
  }
  return async ({ rawPath }: Pick<APIGatewayProxyEventV2, 'rawPath'>): Promise<APIGatewayProxyStructuredResultV2> => {
    const found = Object.hasOwn(documents, rawPath) ? documents[rawPath] : undefined
    if (!found) return { statusCode: 404, headers: securityHeaders }
    const [mediaType, body] = found
    return { statusCode: 200, headers: { 'content-type': mediaType, ...securityHeaders }, body }
  }
}
