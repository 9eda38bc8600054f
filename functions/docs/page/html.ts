import { escapeHtml } from '../../shared/page/html.ts'

export { escapeHtml }

/** Formats a line of text as HTML. Text in backticks becomes code. */
export const inline = (text: string): string =>
  escapeHtml(text).replaceAll(/`([^`]+)`/g, (_, code: string) => `<code>${code}</code>`)

/** Formats paragraphs, which are separated by empty lines, as HTML. */
export const prose = (text: string): string =>
  text
    .split('\n\n')
    .map((paragraph) => `<p>${inline(paragraph)}</p>`)
    .join('\n')

export const codeBlock = (text: string): string => `<pre tabindex="0"><code>${escapeHtml(text)}</code></pre>`

export const json = (value: unknown): string => JSON.stringify(value, undefined, 2)

/** @returns the id of an element, for links to it */
export const anchor = (kind: string, name: string): string =>
  `${kind}-${name.toLowerCase().replaceAll(/[^a-z0-9]+/g, '-')}`
