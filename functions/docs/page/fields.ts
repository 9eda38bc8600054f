import { type Schema, schemaSchema } from '../document.ts'
import { anchor, details, escapeHtml, inline } from './html.ts'

type Schemas = Readonly<Record<string, unknown>>

/** @returns the tables of a body's fields. References to named schemas are followed, and each alternative has a table. */
export const bodyFields = (body: unknown, schemas: Schemas): string => {
  const schema = resolved(body, schemas)
  const alternatives = (schema.oneOf ?? schema.anyOf ?? []).map((part) => resolved(part, schemas))
  if (alternatives.length === 0) return fieldTable(schema)
  const tables = alternatives.map((part, index) => details(alternativeName(part), fieldTable(part), index === 0))
  return `<p>One of these forms:</p>${tables.join('')}`
}

/** @returns the schema itself, or the named schema to which it refers */
export const resolved = (value: unknown, schemas: Schemas): Schema => {
  const schema = schemaSchema.parse(value)
  return schema.$ref === undefined ? schema : schemaSchema.parse(schemas[schemaName(schema.$ref)])
}

/** @returns the field that distinguishes an alternative, with its only value */
const alternativeName = ({ properties = {} }: Schema): string => {
  const fields = Object.entries(properties).map(([name, field]) => ({ name, only: schemaSchema.parse(field).const }))
  const { name, only } = fields.findLast((field) => field.only !== undefined) ?? { name: '', only: '' }
  return `<code>${escapeHtml(`${name}: ${String(only)}`)}</code>`
}

/** @returns a table of an object's fields, with the fields of nested objects below them */
export const fieldTable = (schema: unknown): string => {
  const rows = fieldRows(schemaSchema.parse(schema), '')
  if (rows.length === 0) return ''
  return `<div class="scroll" tabindex="0"><table><thead><tr><th>Field</th><th>Type</th><th>Description</th></tr></thead><tbody>${rows.join('')}</tbody></table></div>`
}

const fieldRows = (schema: Schema, prefix: string): string[] =>
  Object.entries(schema.properties ?? {}).flatMap(([name, value]) => {
    const field = schemaSchema.parse(value)
    const path = `${prefix}${name}`
    const needed = schema.required?.includes(name) ? ' <span class="needed" title="required">*</span>' : ''
    const row = `<tr><td><code>${escapeHtml(path)}</code>${needed}</td><td>${typeOf(field)}</td><td>${meaningOf(field)}</td></tr>`
    return [row, ...nestedRows(field, path)]
  })

const nestedRows = (field: Schema, path: string): string[] => {
  if (field.items !== undefined) return fieldRows(schemaSchema.parse(field.items), `${path}[].`)
  const alternatives = (field.oneOf ?? field.anyOf ?? []).map((part) => schemaSchema.parse(part))
  // Show a field that several alternatives share only once.
  const seen = new Set<string>()
  const rows = alternatives.flatMap((part) =>
    Object.entries(part.properties ?? {}).flatMap(([name, value]) => {
      if (seen.has(name)) return []
      seen.add(name)
      const shared = alternatives.flatMap((other) => schemaSchema.parse(other.properties?.[name] ?? {}).const ?? [])
      const merged = shared.length > 1 ? { ...schemaSchema.parse(value), const: undefined, enum: shared } : value
      return fieldRows({ properties: { [name]: merged } }, `${path}.`)
    }),
  )
  return [...rows, ...fieldRows(field, `${path}.`)]
}

/** @returns the type as text, for example "text, 1–200 characters", or as a link to a named schema */
export const typeOf = (schema: Schema): string => {
  if (schema.$ref) return schemaLink(schema.$ref)
  if (schema.items !== undefined) return `list of ${typeOf(schemaSchema.parse(schema.items))}`
  if (schema.enum) return inCode(schema.enum)
  if (schema.const !== undefined) return inCode([schema.const])
  const alternatives = schema.oneOf ?? schema.anyOf
  if (alternatives) {
    const kinds = alternatives.map((part) => typeOf(schemaSchema.parse(part)))
    return [...new Set(kinds)].join(' or ')
  }
  const kind = [schema.type ?? 'anything'].flat().map((type) => kinds[type] ?? type)
  return escapeHtml([schema.format ?? kind.join(' or '), ...bounds(schema)].join(', '))
}

const kinds: Readonly<Record<string, string>> = {
  string: 'text',
  integer: 'whole number',
  boolean: 'true or false',
  null: '`null`',
}

const schemaName = (reference: string): string => reference.split('/').at(-1) ?? ''

const schemaLink = (reference: string): string => {
  const name = schemaName(reference)
  return `<a href="#${anchor('schema', name)}">${escapeHtml(name)}</a>`
}

const inCode = (values: readonly unknown[]): string =>
  values.map((value) => `<code>${escapeHtml(String(value))}</code>`).join(' ')

const bounds = ({ minLength, maxLength, minimum, maximum, maxItems }: Schema): string[] => [
  ...range(minLength, maxLength, ' characters'),
  ...range(minimum, maximum, ''),
  ...range(undefined, maxItems, ' items'),
]

const range = (low: number | undefined, high: number | undefined, unit: string): string[] => {
  if (low === undefined && high === undefined) return []
  if (high === undefined) return [low === 1 && unit !== '' ? 'not empty' : `at least ${low}${unit}`]
  return low === undefined ? [`at most ${high}${unit}`] : [`${low}–${high}${unit}`]
}

const meaningOf = (field: Schema): string => {
  const [example] = field.examples ?? []
  const shown = typeof example === 'string' ? example : JSON.stringify(example)
  return [
    inline(field.description ?? ''),
    example === undefined || field.const !== undefined
      ? ''
      : `<span class="aside">Example <code>${escapeHtml(shown)}</code></span>`,
  ]
    .filter((part) => part !== '')
    .join(' ')
}
