import { readFileSync } from 'node:fs'
import * as z from 'zod'
import { problemSchema } from '../../functions/shared/http/problem-schema.ts'
import { operationOf } from './operation.ts'
import { type ApiPart, apiParts } from './parts.ts'
import { problemExamples } from './problems.ts'
import { Components, type Json } from './schemas.ts'

const { version } = z
  .object({ version: z.string() })
  .parse(JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')))

const introduction = `Mail accounts, queues, fetch runs and messages of Postmaster.

Every request but those for this document carries \`authorization: Bearer <token>\`. A reader may read everything, secrets excepted; an admin may change it as well. Passwords are written, never read.

What is refused is refused with a problem document (RFC 9457): a stable \`code\`, a sentence, a remedy, and every wrong field at once. A refused request has changed nothing.

Lists come in pages: as long as a page carries \`next\`, ask again with it. Changes name the version they were made against: send the ETag you read as \`If-Match\`; a stale one is refused with 412. Times are ISO 8601 in UTC, sizes bytes. Later versions may add fields to answers; do not refuse unknown ones.`

/** The OpenAPI 3.1 document of the API, made from the routes themselves. */
export const openApiDocument = (parts: readonly ApiPart[] = apiParts): Json => {
  const components = new Components()
  const paths: Record<string, Json> = {}
  for (const { tag, routes } of parts)
    for (const route of routes) {
      const operations = paths[route.path] ?? {}
      operations[route.method.toLowerCase()] = operationOf(route, tag, components)
      paths[route.path] = operations
    }
  components.refer(problemSchema)
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
          description: 'A token of the deployment’s OIDC issuer whose group claim holds the reader or the admin group.',
        },
      },
      parameters: { 'If-Match': ifMatch },
      headers,
      schemas: Object.fromEntries(Object.entries(components.schemas).sort(([a], [b]) => (a < b ? -1 : 1))),
      examples: problemExamples(),
    },
  }
}

const ifMatch = {
  name: 'If-Match',
  in: 'header',
  required: true,
  description: 'The ETag as it was read, or `*` to change whatever is there.',
  schema: { type: 'string', pattern: '^("[1-9][0-9]{0,14}"|\\*)$' },
  example: '"3"',
}

const headers = {
  etag: {
    description: 'The version of what was answered; send it as If-Match with a change.',
    schema: { type: 'string' },
    example: '"3"',
  },
  location: {
    description: 'Where to find it.',
    schema: { type: 'string', format: 'uri-reference' },
    example: '/accounts/01JNBZ4ZQ0V7M3T9H2K5W8XACC',
  },
}
