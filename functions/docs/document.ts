import * as z from 'zod'

/** The parts of docs/openapi.json that the page uses. The document is our own, so other parts need no validation. */
const contentSchema = z.record(
  z.string(),
  z.object({
    schema: z.unknown(),
    example: z.unknown().optional(),
    examples: z.record(z.string(), z.unknown()).optional(),
  }),
)

const referenceSchema = z.object({ $ref: z.string() })

const parameterSchema = z.union([
  referenceSchema,
  z.object({ name: z.string(), in: z.string(), required: z.boolean(), description: z.string(), schema: z.unknown() }),
])

const responseSchema = z.object({ description: z.string(), content: contentSchema.optional() })
export type Response = z.infer<typeof responseSchema>

const operationSchema = z.object({
  operationId: z.string(),
  tags: z.tuple([z.string()]),
  summary: z.string(),
  description: z.string(),
  parameters: z.array(parameterSchema).default([]),
  requestBody: z.object({ content: contentSchema }).optional(),
  responses: z.record(z.string(), z.union([referenceSchema, responseSchema])),
  'x-codeSamples': z.array(z.object({ label: z.string(), source: z.string() })),
})
export type Operation = z.infer<typeof operationSchema>

const problemExampleSchema = z.object({
  summary: z.string(),
  description: z.string(),
  value: z.looseObject({ status: z.int(), code: z.string(), remedy: z.string() }),
})
export type ProblemExample = z.infer<typeof problemExampleSchema>

export const documentSchema = z.object({
  info: z.object({ title: z.string(), version: z.string(), summary: z.string(), description: z.string() }),
  tags: z.array(z.object({ name: z.string(), description: z.string() })),
  paths: z.record(z.string(), z.record(z.string(), operationSchema)),
  components: z.object({
    schemas: z.record(z.string(), z.unknown()),
    responses: z.record(z.string(), responseSchema),
    examples: z.record(z.string(), problemExampleSchema),
    parameters: z.record(z.string(), z.object({ name: z.string(), description: z.string() })),
  }),
})
export type ApiDocument = z.infer<typeof documentSchema>

/** The parts of a JSON Schema that the page can show, all of them optional. */
export const schemaSchema = z.looseObject({
  $ref: z.string().optional(),
  type: z.union([z.string(), z.array(z.string())]).optional(),
  format: z.string().optional(),
  description: z.string().optional(),
  properties: z.record(z.string(), z.unknown()).optional(),
  required: z.array(z.string()).optional(),
  items: z.unknown().optional(),
  additionalProperties: z.unknown().optional(),
  enum: z.array(z.unknown()).optional(),
  const: z.unknown().optional(),
  examples: z.array(z.unknown()).optional(),
  anyOf: z.array(z.unknown()).optional(),
  oneOf: z.array(z.unknown()).optional(),
  minLength: z.int().optional(),
  maxLength: z.int().optional(),
  minimum: z.number().optional(),
  maximum: z.number().optional(),
  maxItems: z.int().optional(),
})
export type Schema = z.infer<typeof schemaSchema>

/** The schema of an event, docs/events.schema.json or docs/webhook.schema.json. */
export const eventSchema = schemaSchema.extend({ examples: z.tuple([z.unknown()]) })
export type EventSchema = z.infer<typeof eventSchema>

/** The documents from which the page is built. */
export const sourcesSchema = z.object({ api: documentSchema, announcement: eventSchema, webhook: eventSchema })
export type Sources = z.infer<typeof sourcesSchema>
