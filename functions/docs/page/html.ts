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

/** The script adds a button to it that copies the text. */
export const codeBlock = (text: string): string => codeBlockOf(escapeHtml(text))

/** @param markup escaped text, which may contain elements */
export const codeBlockOf = (markup: string): string =>
  `<div class="code"><pre tabindex="0"><code>${markup}</code></pre></div>`

export const details = (summary: string, content: string, isOpen = false): string =>
  `<details${isOpen ? ' open' : ''}><summary>${summary}</summary>${content}</details>`

export const jsonExample = (value: unknown): string => details('Example', codeBlock(json(value)))

export const json = (value: unknown): string => JSON.stringify(value, undefined, 2)

/** @returns the id of an element, for links to it */
export const anchor = (kind: string, name: string): string =>
  `${kind}-${name.toLowerCase().replaceAll(/[^a-z0-9]+/g, '-')}`
