import * as z from 'zod'

const texts = z.record(z.string(), z.string().optional())

/** The parts that we use of an API Gateway HTTP API event in payload format 2.0. Its header names are in lower case. */
export const httpEventSchema = z.object({
  version: z.literal('2.0'),
  headers: texts.default({}),
  queryStringParameters: texts.optional(),
  pathParameters: texts.optional(),
  body: z.string().optional(),
  isBase64Encoded: z.boolean().default(false),
  requestContext: z.object({
    requestId: z.string(),
    authorizer: z.object({ jwt: z.object({ claims: z.record(z.string(), z.unknown()) }).optional() }).optional(),
  }),
})
export type HttpEvent = z.infer<typeof httpEventSchema>
