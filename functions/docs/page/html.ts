import { escapeHtml } from '../../shared/page/html.ts'

export { escapeHtml }

/** One line: `code` becomes code. */
export const inline = (text: string): string =>
  escapeHtml(text).replaceAll(/`([^`]+)`/g, (_, code: string) => `<code>${code}</code>`)

/** Paragraphs, parted by an empty line. */
export const prose = (text: string): string =>
  text
    .split('\n\n')
    .map((paragraph) => `<p>${inline(paragraph)}</p>`)
    .join('\n')

export const codeBlock = (text: string): string => `<pre tabindex="0"><code>${escapeHtml(text)}</code></pre>`

export const json = (value: unknown): string => JSON.stringify(value, undefined, 2)

/** What a word is called in a link to it. */
export const anchor = (kind: string, name: string): string =>
  `${kind}-${name.toLowerCase().replaceAll(/[^a-z0-9]+/g, '-')}`
