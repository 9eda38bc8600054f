import { type ApiDocument, type Operation, schemaSchema } from '../document.ts'
import { fieldTable, typeOf } from './fields.ts'
import { anchor, codeBlock, escapeHtml, inline, json, prose } from './html.ts'

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
${requestBody(operation)}
${samples(operation)}
${answers(operation)}
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
    : `<h4>Parameters</h4><div class="scroll"><table><thead><tr><th>Name</th><th>Type</th><th>Description</th></tr></thead><tbody>${rows.join('')}</tbody></table></div>`
}

const row = (name: string, place: string, required: boolean, type: string, description: string) =>
  `<tr><td><code>${escapeHtml(name)}</code>${required ? ' <span class="needed" title="required">*</span>' : ''} <span class="aside">${escapeHtml(place)}</span></td><td>${type}</td><td>${inline(description)}</td></tr>`

const requestBody = ({ requestBody: body }: PlacedOperation): string =>
  Object.entries(body?.content ?? {})
    .map(([mediaType, { schema }]) => {
      const shape = schemaSchema.parse(schema)
      const link = shape.$ref ? ` ${typeOf(shape)}` : ''
      return `<h4>Body <span class="aside">${escapeHtml(mediaType)}</span>${link}</h4>${fieldTable(shape)}`
    })
    .join('')

const samples = (operation: PlacedOperation): string =>
  operation['x-codeSamples']
    .map(({ label, source }) => `<figure><figcaption>${inline(label)}</figcaption>${codeBlock(source)}</figure>`)
    .join('')

const answers = ({ responses }: PlacedOperation): string => {
  const entries = Object.entries(responses)
  const good = entries.filter(([status]) => Number(status) < 400)
  const refused = entries.filter(([status]) => Number(status) >= 400)
  const shown = good.map(([status, { description, content = {} }]) =>
    [
      `<h4><span class="status">${status}</span> ${inline(description)}${linkOf(content)}</h4>`,
      ...Object.values(content).map(({ example }) =>
        example === undefined ? '' : `<details><summary>Example</summary>${codeBlock(json(example))}</details>`,
      ),
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

const linkOf = (content: NonNullable<Operation['responses'][string]['content']>): string =>
  Object.values(content)
    .map(({ schema }) => {
      const shape = schemaSchema.parse(schema)
      const items = shape.properties?.items
      const type = items === undefined ? (shape.$ref ? typeOf(shape) : '') : typeOf(schemaSchema.parse(items))
      return type === '' ? '' : ` <span class="aside">${type}</span>`
    })
    .join('')
