import type { ApiDocument } from '../document.ts'
import { anchor, details, escapeHtml } from './html.ts'
import { methodBadge, type PlacedOperation } from './operations.ts'

export interface OperationGroup {
  readonly name: string
  readonly operations: readonly PlacedOperation[]
}

/**
 * The menu of the page. On a phone it is a popover, so the content comes first. The script shows the search field, which
 * needs it.
 */
export const contents = ({ info, components }: ApiDocument, groups: readonly OperationGroup[]): string => `
<nav id="contents" popover aria-label="Contents">
<a class="brand" href="#top">${escapeHtml(info.title)}</a>
<div hidden><input id="search" type="search" placeholder="Search" aria-label="Search the documentation"><p id="found" role="status"></p></div>
<section><h2>Introduction</h2>${list(introduction)}</section>
${groups.map(({ name, operations }) => `<section><h2>${escapeHtml(name)}</h2>${list(operations.map(operationLink))}</section>`).join('\n')}
<section><h2>Reference</h2>${list([
  link('announcements', 'Announcements'),
  link('webhooks', 'Webhooks'),
  link('problems', 'Errors'),
  '<li><a href="/openapi.json">openapi.json</a></li>',
])}</section>
${details('Error codes', list(Object.keys(components.examples).map((code) => link(anchor('problem', code), code))))}
${details('Schemas', list(Object.keys(components.schemas).map((name) => link(anchor('schema', name), name))))}
</nav>`

const link = (target: string, text: string): string => `<li><a href="#${target}">${escapeHtml(text)}</a></li>`

const introduction = [link('quick-start', 'Quick start'), link('rules', 'Rules of the API')]

const operationLink = ({ method, path, operationId, summary }: PlacedOperation): string =>
  `<li data-find="${escapeHtml(`${path} ${operationId}`)}"><a href="#${anchor('op', operationId)}">${methodBadge(method)}<span>${escapeHtml(summary)}</span></a></li>`

const list = (items: readonly string[]): string => `<ul>${items.join('')}</ul>`
