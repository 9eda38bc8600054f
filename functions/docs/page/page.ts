import type { ApiDocument, ProblemExample } from '../document.ts'
import { schemaSchema } from '../document.ts'
import { fieldTable, typeOf } from './fields.ts'
import { anchor, codeBlock, escapeHtml, inline, json, prose } from './html.ts'
import { methodBadge, operationSection, operationsOf } from './operations.ts'
import { style } from './style.ts'

/** Builds one page with the whole API and without scripts. The browser's own search finds everything. */
export const pageOf = (document: ApiDocument): string => {
  const { info, tags, components } = document
  const operations = operationsOf(document)
  const tagged = tags.map((tag) => ({ ...tag, operations: operations.filter((o) => o.tags[0] === tag.name) }))
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escapeHtml(info.title)}: HTTP API</title>
<style>${style}</style>
</head>
<body>
<nav aria-label="Contents">
<a class="skip" href="#top">Skip to content</a>
<a class="brand" href="#top">${escapeHtml(info.title)}</a>
${tagged
  .map(
    (tag) => `<h2>${escapeHtml(tag.name)}</h2>
<ul>${tag.operations.map((o) => `<li><a href="#${anchor('op', o.operationId)}">${methodBadge(o.method)}<span>${escapeHtml(o.summary)}</span></a></li>`).join('')}</ul>`,
  )
  .join('\n')}
<h2>Reference</h2>
<ul><li><a href="#schemas">Schemas</a></li><li><a href="#problems">Error codes</a></li><li><a href="/openapi.json">openapi.json</a></li></ul>
</nav>
<main id="top">
<h1>${escapeHtml(info.title)} <span class="aside">${escapeHtml(info.version)}</span></h1>
<p><strong>${escapeHtml(info.summary)}</strong></p>
${prose(info.description)}
<p>Programs can use <a href="/openapi.json">openapi.json</a> (OpenAPI 3.1). In the tables, <span class="needed">*</span> marks fields that a request must contain or that a response always contains. The commands below need two variables:</p>
${codeBlock('API=https://…   # the address of this page, without /docs\nTOKEN=…         # an access token or ID token from your sign-in')}
${tagged
  .map(
    (tag) => `<h2 id="${anchor('tag', tag.name)}">${escapeHtml(tag.name)}</h2>
<p>${inline(tag.description)}</p>
${tag.operations.map((operation) => operationSection(operation, document)).join('\n')}`,
  )
  .join('\n')}
<h2 id="schemas">Schemas</h2>
${Object.entries(components.schemas).map(schemaSectionOf).join('\n')}
<h2 id="problems">Error codes</h2>
<p>Every error is a <a href="#${anchor('schema', 'Problem')}">Problem</a> (RFC 9457), sent as <code>application/problem+json</code>.</p>
${Object.values(components.examples).map(problemSectionOf).join('\n')}
</main>
</body>
</html>
`
}

const schemaSectionOf = ([name, schema]: [string, unknown]): string => {
  const parsed = schemaSchema.parse(schema)
  const alternatives = parsed.oneOf || parsed.anyOf ? `<p>One of these: ${typeOf(parsed)}.</p>` : ''
  return `<section class="schema" id="${anchor('schema', name)}"><h3>${escapeHtml(name)}</h3>${prose(parsed.description ?? '')}${alternatives}${fieldTable(schema)}</section>`
}

const problemSectionOf = ({ summary, description, value }: ProblemExample): string =>
  `<section class="problem-entry" id="${anchor('problem', value.code)}"><h3><span class="status">${value.status}</span> ${escapeHtml(value.code)}</h3>
<p><strong>${inline(summary)}.</strong> ${inline(description)}</p><p>${inline(value.remedy)}</p><details><summary>Example</summary>${codeBlock(json(value))}</details></section>`
