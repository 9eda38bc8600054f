import { type ProblemExample, type Sources, schemaSchema } from '../document.ts'
import { contents } from './contents.ts'
import { events } from './events.ts'
import { fieldTable, typeOf } from './fields.ts'
import { anchor, escapeHtml, inline, jsonExample, prose } from './html.ts'
import { operationSection, operationsOf } from './operations.ts'
import { quickStart } from './quick-start.ts'
import { script } from './script.ts'
import { style } from './style.ts'

/** Builds one page with the whole API. Without its script, the browser's own search still finds everything. */
export const pageOf = ({ api, announcement, webhook }: Sources): string => {
  const { info, tags, components } = api
  const operations = operationsOf(api)
  const groups = tags.map((tag) => ({ ...tag, operations: operations.filter((o) => o.tags[0] === tag.name) }))
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escapeHtml(info.title)}: HTTP API</title>
<style>${style}</style>
</head>
<body>
<a class="skip" href="#top">Skip to content</a>
<header><a class="brand" href="#top">${escapeHtml(info.title)}</a><button popovertarget="contents">Contents</button></header>
${contents(api, groups)}
<main id="top">
<h1>${escapeHtml(info.title)} <span class="aside">${escapeHtml(info.version)}</span></h1>
<p><strong>${escapeHtml(info.summary)}</strong> This page describes its HTTP API. Programs can use <a href="/openapi.json">openapi.json</a> (OpenAPI 3.1).</p>
${quickStart(operations.find(({ path }) => path === '/me'))}
<h2 id="rules">Rules of the API</h2>
${prose(info.description)}
<p>In the tables, <span class="needed">*</span> marks fields that a request must contain or that a response always contains.</p>
${groups
  .map(
    (group) => `<h2 id="${anchor('tag', group.name)}">${escapeHtml(group.name)}</h2>
<p>${inline(group.description)}</p>
${group.operations.map((operation) => operationSection(operation, api)).join('\n')}`,
  )
  .join('\n')}
${events(announcement, webhook)}
<h2 id="problems">Errors</h2>
<p>Every error is a <a href="#${anchor('schema', 'Problem')}">Problem</a> (RFC 9457), sent as <code>application/problem+json</code>.</p>
${Object.values(components.examples).map(problemSectionOf).join('\n')}
<h2 id="schemas">Schemas</h2>
${Object.entries(components.schemas).map(schemaSectionOf).join('\n')}
</main>
<script>${script}</script>
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
<p><strong>${inline(summary)}.</strong> ${inline(description)}</p><p>${inline(value.remedy)}</p>${jsonExample(value)}</section>`
