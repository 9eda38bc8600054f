import * as z from 'zod'
import type { DocumentedAnswer, Route } from '../../functions/shared/http/route.ts'
import { curlSamples } from './curl.ts'
import { exampleOf } from './example.ts'
import type { ApiPart } from './parts.ts'
import { problemResponses } from './problems.ts'
import type { Components, Json } from './schemas.ts'

const parametersSchema = z.object({
  properties: z.record(z.string(), z.record(z.string(), z.unknown())).default({}),
  required: z.array(z.string()).default([]),
})

/** One route as an OpenAPI operation object. */
export const operationOf = (route: Route, { function: folder, tag }: ApiPart, components: Components): Json => {
  const { operation, summary, description, role, params, query, answers } = route.definition
  const parameters = [
    ...parametersOf('path', params, components),
    ...parametersOf('query', query, components),
    ...(isVersioned(route) ? [{ $ref: '#/components/parameters/If-Match' }] : []),
  ]
  return {
    operationId: operation,
    tags: [tag],
    summary,
    description: `${description}\n\nRole: ${role === 'admin' ? 'admin' : 'reader or admin'}.`,
    security: [{ bearer: [role] }],
    ...(parameters.length > 0 && { parameters }),
    ...requestBodyOf(route, components),
    responses: {
      ...Object.fromEntries(
        Object.entries(answers).map(([status, answer]) => [status, responseOf(answer, components)]),
      ),
      ...problemResponses(route),
    },
    // cdk/api/routes.ts creates the gateway's routes from this.
    'x-postmaster-function': folder,
    'x-codeSamples': curlSamples(route),
  }
}

export const isVersioned = ({ definition }: Route): boolean =>
  definition.problems?.includes('version-required') ?? false

const parametersOf = (place: 'path' | 'query', schema: z.ZodType | undefined, components: Components): Json[] => {
  if (!schema) return []
  const { properties, required } = parametersSchema.parse(components.refer(schema, 'request'))
  return Object.entries(properties).map(([name, { description, examples, ...rest }]) => ({
    name,
    in: place,
    description,
    required: required.includes(name),
    schema: rest,
    ...(Array.isArray(examples) && { example: examples[0] }),
  }))
}

const requestBodyOf = ({ method, definition }: Route, components: Components): Json => {
  const schema = definition.documentedBody ?? definition.body
  if (!schema) return {}
  const examples = definition.examples.flatMap(({ summary, body }, index) =>
    body === undefined ? [] : [[`example-${index + 1}`, { summary, value: body }]],
  )
  const content = { schema: components.refer(schema, 'request'), examples: Object.fromEntries(examples) }
  return {
    requestBody: {
      required: !schema.safeParse(undefined).success,
      content: {
        [method === 'PATCH' ? 'application/merge-patch+json' : 'application/json']: content,
      },
    },
  }
}

const responseOf = ({ description, body, mediaType, headers = [] }: DocumentedAnswer, components: Components): Json => {
  const schema = body && components.refer(body, 'response')
  return {
    description,
    ...(headers.length > 0 && {
      headers: Object.fromEntries(headers.map((name) => [name, { $ref: `#/components/headers/${name}` }])),
    }),
    ...(schema && {
      content: { [mediaType ?? 'application/json']: { schema, example: exampleOf(schema, components.schemas) } },
    }),
  }
}
