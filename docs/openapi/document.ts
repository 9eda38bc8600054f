import { readFileSync } from 'node:fs'
import * as z from 'zod'
import { problemSchema } from '../../functions/shared/http/problem-document.ts'
import { operationOf } from './operation.ts'
import { type ApiPart, apiParts } from './parts.ts'
import { problemExamples, sharedProblemResponses } from './problems.ts'
import { Components, type Json } from './schemas.ts'

const { version } = z
  .object({ version: z.string() })
  .parse(JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')))

const introduction = `Mail accounts, queues, fetch runs and messages of Postmaster.

Every request except those for this document needs \`authorization: Bearer <token>\`. A reader can read everything except secrets. An admin can also change it. Passwords can be written but never read.

A refused request returns a problem document (RFC 9457) with a stable \`code\`, a sentence, a remedy, and all invalid fields at once. It has changed nothing.

Lists are paginated. As long as a page has a \`next\`, send it to get the following page. A change must specify the version it is based on. Send the ETag that you read as \`If-Match\`. A stale ETag is refused with 412. Times are in ISO 8601 in UTC, and sizes are in bytes. Later versions may add fields to responses, so ignore unknown fields.`

/** The OpenAPI 3.1 document of the API, generated from the routes. */
export const openApiDocument = (parts: readonly ApiPart[] = apiParts): Json => {
  const components = new Components()
  const paths: Record<string, Json> = {}
  for (const part of parts)
    for (const route of part.routes) {
      const operations = paths[route.path] ?? {}
      operations[route.method.toLowerCase()] = operationOf(route, part, components)
      paths[route.path] = operations
    }
  components.refer(problemSchema, 'response')
  return {
    openapi: '3.1.1',
    info: {
      title: 'Postmaster',
      version,
      summary: 'A collector of a service desk’s mail.',
      description: introduction,
      license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
    },
    servers: [{ url: '/', description: 'The deployment that serves this document.' }],
    tags: parts.map(({ tag, description }) => ({ name: tag, description })),
    paths,
    components: {
      securitySchemes: {
        bearer: {
          type: 'http',
          scheme: 'bearer',
          bearerFormat: 'JWT',
          description:
            'A token from the deployment’s OIDC issuer. Its group claim must contain the reader group or the admin ' +
            'group.',
        },
      },
      parameters: { 'If-Match': ifMatch },
      headers,
      schemas: Object.fromEntries(Object.entries(components.schemas).sort(([a], [b]) => (a < b ? -1 : 1))),
      responses: sharedProblemResponses(parts.flatMap(({ routes }) => routes)),
      examples: problemExamples(),
    },
  }
}

const ifMatch = {
  name: 'If-Match',
  in: 'header',
  required: true,
  description: 'The ETag from the last read, or `*` to change any version.',
  schema: { type: 'string', pattern: '^("[1-9][0-9]{0,14}"|\\*)$' },
  example: '"3"',
}

const headers = {
  etag: {
    description: 'The version of the returned object. Send it as If-Match with a change.',
    schema: { type: 'string' },
    example: '"3"',
  },
  location: {
    description: 'The URL of the created or requested object.',
    schema: { type: 'string', format: 'uri-reference' },
    example: '/accounts/01JNBZ4ZQ0V7M3T9H2K5W8XACC',
  },
}
