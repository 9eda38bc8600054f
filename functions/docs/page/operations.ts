import { type ApiDocument, type Operation, type Response, schemaSchema } from '../document.ts'
import { bodyFields, resolved, typeOf } from './fields.ts'
import { anchor, codeBlock, details, escapeHtml, inline, jsonExample, prose } from './html.ts'

export interface PlacedOperation extends Operation {
  readonly method: string
  readonly path: string
}

export const operationsOf = ({ paths }: ApiDocument): PlacedOperation[] =>
  Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({ ...operation, method: method.toUpperCase(), path })),
  )

export const methodBadge = (method: string): string => `<span class="method ${method.toLowerCase()}">${method}</span>`

export const operationSection = (operation: PlacedOperation, { components }: ApiDocument): string => `
<section class="operation" id="${anchor('op', operation.operationId)}">
<h3><a href="#${anchor('op', operation.operationId)}">${escapeHtml(operation.summary)}</a></h3>
<p class="route">${methodBadge(operation.method)} <code>${escapeHtml(operation.path)}</code></p>
${prose(operation.description)}
${parameters(operation, components)}
${requestBody(operation, components)}
${samples(operation)}
${answers(operation, components)}
</section>`

const parameters = (operation: PlacedOperation, components: ApiDocument['components']): string => {
  const rows = operation.parameters.map((parameter) => {
    if ('$ref' in parameter) {
      const { name = '', description = '' } = components.parameters[parameter.$ref.split('/').at(-1) ?? ''] ?? {}
      return row(name, 'header', true, 'ETag or <code>*</code>', description)
    }
    return row(
      parameter.name,
      parameter.in,
      parameter.required,
      typeOf(schemaSchema.parse(parameter.schema)),
      parameter.description,
    )
  })
  return rows.length === 0
    ? ''
    : `<h4>Parameters</h4><div class="scroll" tabindex="0"><table><thead><tr><th>Name</th><th>Type</th><th>Description</th></tr></thead><tbody>${rows.join('')}</tbody></table></div>`
}

const row = (name: string, place: string, required: boolean, type: string, description: string) =>
  `<tr><td><code>${escapeHtml(name)}</code>${required ? ' <span class="needed" title="required">*</span>' : ''} <span class="aside">${escapeHtml(place)}</span></td><td>${type}</td><td>${inline(description)}</td></tr>`

const requestBody = ({ requestBody: body }: PlacedOperation, { schemas }: ApiDocument['components']): string =>
  Object.entries(body?.content ?? {})
    .map(
      ([mediaType, { schema }]) =>
        `<h4>Body <span class="aside">${escapeHtml(mediaType)}</span>${typeLink(schema)}</h4>${bodyFields(schema, schemas)}`,
    )
    .join('')

const samples = (operation: PlacedOperation): string =>
  operation['x-codeSamples']
    .map(({ label, source }) => `<figure><figcaption>${inline(label)}</figcaption>${codeBlock(source)}</figure>`)
    .join('')

const answers = ({ responses }: PlacedOperation, { schemas, responses: shared }: ApiDocument['components']): string => {
  const entries = Object.entries(responses).map(([status, response]): [string, Response] => [
    status,
    '$ref' in response ? referredIn(shared, response.$ref) : response,
  ])
  const good = entries.filter(([status]) => Number(status) < 400)
  const refused = entries.filter(([status]) => Number(status) >= 400)
  const shown = good.map(([status, { description, content = {} }]) =>
    [
      `<h4><span class="status">${status}</span> ${inline(description)}</h4>`,
      ...Object.values(content).map(({ schema, example }) => answer(schema, example, schemas)),
    ].join(''),
  )
  const codes = refused.flatMap(([status, { content = {} }]) =>
    Object.values(content).flatMap(({ examples = {} }) =>
      Object.keys(examples).map(
        (code) =>
          `<a class="problem" href="#${anchor('problem', code)}"><span class="status">${status}</span> ${escapeHtml(code)}</a>`,
      ),
    ),
  )
  return `${shown.join('')}<p class="problems">Error codes: ${codes.join(' ')}</p>`
}

const referredIn = (shared: Readonly<Record<string, Response>>, reference: string): Response => {
  const found = shared[reference.split('/').at(-1) ?? '']
  if (found === undefined) throw new Error(`openapi.json has no ${reference}`)
  return found
}

/** A page of a list shows the fields of its items, and any other body its own. */
const answer = (schema: unknown, example: unknown, schemas: ApiDocument['components']['schemas']): string => {
  const { items } = resolved(schema, schemas).properties ?? {}
  const described = (items === undefined ? undefined : schemaSchema.parse(items).items) ?? schema
  const fields = bodyFields(described, schemas)
  const title = `Fields${described === schema ? '' : ' of each item'}`
  return `${fields === '' ? '' : details(title, `<p>${typeLink(described)}</p>${fields}`)}${example === undefined ? '' : jsonExample(example)}`
}

/** @returns a link to the named schema, if it is one */
const typeLink = (schema: unknown): string => {
  const shape = schemaSchema.parse(schema)
  return shape.$ref ? ` <span class="aside">${typeOf(shape)}</span>` : ''
}
