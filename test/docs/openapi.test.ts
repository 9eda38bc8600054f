import { readFileSync } from 'node:fs'
import { Validator } from '@seriousme/openapi-schema-validator'
import { Ajv2020 } from 'ajv/dist/2020.js'
import addFormats from 'ajv-formats'
import { describe, expect, it } from 'vitest'
import { openApiDocument } from '../../docs/openapi/document.ts'
import { exampleOf } from '../../docs/openapi/example.ts'
import { apiParts } from '../../docs/openapi/parts.ts'
import { openApiFile } from '../../docs/write-openapi.ts'
import { problemCodes } from '../../lib/reasons/problem.ts'

// biome-ignore lint/suspicious/noExplicitAny: the test reads documents of any shape
type Any = any

const document = openApiDocument() as Any
const operations: [string, Any][] = Object.entries(document.paths).flatMap(([path, methods]) =>
  Object.entries(methods as object).map(([method, operation]): [string, Any] => [
    `${method.toUpperCase()} ${path}`,
    operation,
  ]),
)

const ajv = new Ajv2020({ strict: false, allErrors: true })
addFormats.default(ajv)
ajv.addSchema({ $id: 'https://api.test/', components: document.components })
const errorsOf = (schema: object, value: unknown) => {
  const validate = ajv.compile(
    JSON.parse(JSON.stringify(schema).replaceAll('"#/components/', '"https://api.test/#/components/')),
  )
  return validate(value) ? [] : validate.errors
}

/**
 * Every schema within one, with its path. References are not followed, because their targets are visited separately.
 */
const schemasWithin = (schema: Any, path: string): [string, Any][] => [
  [path, schema],
  ...Object.entries(schema.properties ?? {}).flatMap(([name, field]) => schemasWithin(field, `${path}.${name}`)),
  ...(schema.items ? schemasWithin(schema.items, `${path}[]`) : []),
  ...['anyOf', 'oneOf', 'allOf'].flatMap((key) =>
    (schema[key] ?? []).flatMap((part: Any, index: number) => schemasWithin(part, `${path}|${index}`)),
  ),
]

const bodies = operations.flatMap(([name, { requestBody, responses }]) =>
  [['request', requestBody], ...Object.entries(responses)].flatMap(([what, part]: Any) =>
    Object.values(part?.content ?? {}).map(({ schema }: Any): [string, Any] => [`${name} ${what}`, schema]),
  ),
)
const roots: [string, Any][] = [...Object.entries(document.components.schemas), ...bodies]
const everySchema = roots.flatMap(([name, schema]) => schemasWithin(schema, name))

describe('docs/openapi.json', () => {
  it('docs/openapi.json matches the routes (otherwise run: node docs/write-openapi.ts)', () => {
    expect(JSON.parse(readFileSync(openApiFile, 'utf8'))).toEqual(JSON.parse(JSON.stringify(document)))
  })

  it('docs/openapi.json is a valid OpenAPI 3.1 document', async () => {
    const result = await new Validator().validate(JSON.parse(JSON.stringify(document)))
    expect(result.errors ?? []).toEqual([])
    expect(result.valid).toBe(true)
    expect(document.openapi).toMatch(/^3\.1\./)
  })

  it('docs/openapi.json contains every route once', () => {
    const routes = apiParts.flatMap(({ routes }) => routes.map(({ method, path }) => `${method} ${path}`))
    expect(operations.map(([name]) => name).sort()).toEqual(routes.sort())
    expect(new Set(routes).size).toBe(routes.length)
    const ids = operations.map(([, { operationId }]) => operationId)
    expect(new Set(ids).size).toBe(ids.length)
  })

  it('docs/openapi.json has no broken references', () => {
    for (const [, reference] of JSON.stringify(document).matchAll(/"\$ref":"#\/([^"]+)"/g)) {
      const target = String(reference)
        .split('/')
        .reduce((at: Any, key) => at?.[key], document)
      expect(target, reference).toBeDefined()
    }
  })

  it('docs/openapi.json describes every error code with a complete example', () => {
    expect(Object.keys(document.components.examples).sort()).toEqual([...problemCodes].sort())
    for (const { summary, description, value } of Object.values<Any>(document.components.examples)) {
      expect(summary).toMatch(/^\S.+/)
      expect(description).toMatch(/^\S.+[.]$/)
      expect(errorsOf({ $ref: '#/components/schemas/Problem' }, value)).toEqual([])
    }
  })
})

describe.each(operations)(
  '%s',
  (name, { operationId, summary, description, parameters = [], responses, requestBody }) => {
    it('the operation and each of its parameters have a description', () => {
      expect(operationId).toMatch(/^[a-z][A-Za-z0-9]+$/)
      expect(summary).toMatch(/^[A-Z].{5,60}$/)
      expect(description.length).toBeGreaterThan(10)
      for (const parameter of parameters.filter((p: Any) => !p.$ref)) {
        expect(parameter.description, parameter.name).toMatch(/^.+[.]$/)
        expect(errorsOf(parameter.schema, parameter.example), parameter.name).toEqual([])
      }
      const inPath = [...name.matchAll(/\{(\w+)\}/g)].map(([, key]) => key)
      expect(parameters.filter((p: Any) => p.in === 'path').map((p: Any) => p.name)).toEqual(inPath)
    })

    it('the examples of requests and responses match their schemas', () => {
      for (const { schema, examples } of Object.values<Any>(requestBody?.content ?? {})) {
        expect(Object.keys(examples).length).toBeGreaterThan(0)
        for (const { value } of Object.values<Any>(examples)) expect(errorsOf(schema, value)).toEqual([])
      }
      for (const [status, { content = {} }] of Object.entries<Any>(responses))
        for (const { schema, example } of Object.values<Any>(content))
          if (example !== undefined)
            expect({ status, errors: errorsOf(schema, example) }).toEqual({ status, errors: [] })
    })
  },
)

describe('the schemas of docs/openapi.json', () => {
  const fields = everySchema.filter(([path]) => /\.\w+$/.test(path))

  it('docs/openapi.json has more than 150 fields', () => {
    expect(fields.length).toBeGreaterThan(150)
  })

  it('docs/openapi.json describes every field', () => {
    const mute = fields.filter(([, { description, $ref }]) => description === undefined && $ref === undefined)
    expect(mute.map(([path]) => path)).toEqual([])
    for (const [id, { description }] of Object.entries<Any>(document.components.schemas))
      expect(description, id).toMatch(/^[A-Z`].+[.]$/)
  })

  it('a field with a default is optional in requests without the keyword `default`, and required in responses', () => {
    expect(everySchema.filter(([, schema]) => 'default' in schema).map(([path]) => path)).toEqual([])
    const { PasswordAccountInput, Account } = document.components.schemas
    expect(PasswordAccountInput.properties.startFrom.description).toMatch(/Defaults to `everything`\.$/)
    expect(PasswordAccountInput.required).not.toContain('startFrom')
    expect(Account.required).toContain('startFrom')
  })

  it('docs/openapi.json distinguishes alternative schemas by one discriminator field', () => {
    const { oneOf, discriminator } = document.components.schemas.AccountInput
    expect(discriminator).toEqual({
      propertyName: 'authentication',
      mapping: {
        password: '#/components/schemas/PasswordAccountInput',
        oauth2: '#/components/schemas/OAuth2AccountInput',
      },
    })
    expect(oneOf.map(({ $ref }: Any) => $ref)).toEqual(Object.values(discriminator.mapping))
  })

  it('docs/openapi.json has an example of every field', () => {
    const missing = fields.filter(([, schema]) => exampleOf(schema, document.components.schemas) === undefined)
    expect(missing.map(([path]) => path)).toEqual([])
  })

  it('the schemas of docs/openapi.json accept their own examples', () => {
    for (const [path, schema] of everySchema)
      for (const example of schema.examples ?? [])
        expect({ path, errors: errorsOf(schema, example) }).toEqual({ path, errors: [] })
  })
})
