import fc from 'fast-check'
import * as z from 'zod'

const schemaShape = z.looseObject({
  $ref: z.string().optional(),
  type: z.union([z.string(), z.array(z.string())]).optional(),
  properties: z.record(z.string(), z.unknown()).optional(),
  required: z.array(z.string()).optional(),
  items: z.unknown().optional(),
  enum: z.array(z.unknown()).optional(),
  const: z.unknown().optional(),
  anyOf: z.array(z.unknown()).optional(),
  oneOf: z.array(z.unknown()).optional(),
  examples: z.array(z.unknown()).optional(),
  minLength: z.int().optional(),
  maxLength: z.int().optional(),
  minimum: z.number().optional(),
  maximum: z.number().optional(),
})

/** Texts that broke something somewhere: control characters, lone surrogates, paths, prototypes, formats. */
export const awkwardText = fc.oneof(
  fc.constantFrom(
    '',
    ' ',
    '\u0000',
    '../../etc/passwd',
    '%2F..%2f',
    '%',
    '__proto__',
    'constructor',
    'toString',
    '\ud800',
    'a\udfffb',
    '\u202eexe.txt',
    "'; DROP TABLE accounts; --",
    '{{7*7}}',
    '$' + '{jndi:ldap://x}',
    '1e309',
    '-0',
    'NaN',
    'null',
    '#',
    ':',
    'x'.repeat(70_000),
    '💥'.repeat(300),
    '\r\nSet-Cookie: a=b',
    '\u001b]0;x\u0007',
  ),
  fc.string({ unit: 'binary', maxLength: 40 }),
)

const awkwardNumber = fc.constantFrom(
  0,
  -0,
  -1,
  1.5,
  2 ** 31,
  2 ** 53,
  Number.MAX_VALUE,
  Number.MIN_VALUE,
  -1e308,
  65_536,
)

/** Any JSON at all: deep, wide, with keys that mean something to JavaScript. */
export const awkwardJson: fc.Arbitrary<unknown> = fc.oneof(
  awkwardText,
  awkwardNumber,
  fc.constantFrom<unknown>(null, true, [], {}, [[[[]]]]),
  fc.array(fc.integer(), { minLength: 1_000, maxLength: 2_000 }),
  fc.dictionary(
    fc.constantFrom('__proto__', 'constructor', 'prototype', 'toJSON', 'then', 'length', ''),
    fc.jsonValue(),
  ),
  fc.jsonValue({ maxDepth: 4 }),
)

/** A value for a JSON schema: often right, at its edges, sometimes wrong. */
export const arbitraryOf = (raw: unknown, components: Readonly<Record<string, unknown>>): fc.Arbitrary<unknown> => {
  const schema = schemaShape.parse(raw)
  if (schema.$ref) return arbitraryOf(components[schema.$ref.split('/').at(-1) ?? ''], components)
  const right = rightOf(schema, components)
  // A whole body is accepted only when all of its fields are: so most of them must be right.
  if (schema.properties) return fc.oneof({ arbitrary: right, weight: 30 }, { arbitrary: awkwardJson, weight: 1 })
  const arbitraries = [{ arbitrary: right, weight: 4 }]
  if (schema.examples) arbitraries.push({ arbitrary: fc.constantFrom(...schema.examples), weight: 40 })
  return fc.oneof(...arbitraries, { arbitrary: awkwardJson, weight: 1 })
}

const rightOf = (
  schema: z.output<typeof schemaShape>,
  components: Readonly<Record<string, unknown>>,
): fc.Arbitrary<unknown> => {
  if (schema.const !== undefined) return fc.constant(schema.const)
  if (schema.enum) return fc.constantFrom(...schema.enum)
  const alternatives = schema.oneOf ?? schema.anyOf
  if (alternatives) return fc.oneof(...alternatives.map((part) => arbitraryOf(part, components)))
  if (schema.properties) {
    const fields = Object.entries(schema.properties).map(([name, field]): [string, fc.Arbitrary<unknown>] => [
      name,
      arbitraryOf(field, components),
    ])
    const requiredKeys = schema.required ?? []
    const known = fc.record(Object.fromEntries(fields), { requiredKeys, noNullPrototype: true })
    const more = fc.dictionary(awkwardText, fc.jsonValue(), { maxKeys: 2, noNullPrototype: true })
    return fc.oneof(
      { arbitrary: known, weight: 19 },
      { arbitrary: fc.tuple(known, more).map(([a, b]) => ({ ...a, ...b })), weight: 1 },
    )
  }
  const { minLength = 0, maxLength = 300, minimum = -10, maximum = 10 ** 9 } = schema
  if (schema.type === 'string') {
    const lengths = [minLength, Math.min(maxLength, 5_000), Math.min(maxLength, 5_000) + 1].map((n) => 'x'.repeat(n))
    return fc.oneof(fc.constantFrom(...lengths), fc.string({ maxLength: 30 }), awkwardText)
  }
  if (schema.type === 'integer' || schema.type === 'number')
    return fc.oneof(fc.constantFrom(minimum, maximum, minimum - 1, maximum + 1), awkwardNumber)
  if (schema.type === 'boolean') return fc.boolean()
  if (schema.type === 'array') return fc.array(arbitraryOf(schema.items ?? {}, components), { maxLength: 5 })
  return awkwardJson
}
