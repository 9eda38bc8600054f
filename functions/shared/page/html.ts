const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
}

export const escapeHtml = (text: string): string =>
  text.replaceAll(/[&<>"']/g, (character) => entities[character] ?? '')

/** Markup whose variable parts were all escaped by `html`. Pages cannot be built in any other way. */
export class Html {
  readonly markup: string

  private constructor(markup: string) {
    this.markup = markup
  }

  static of(strings: TemplateStringsArray, parts: readonly Part[]): Html {
    return new Html(strings.map((text, i) => text + markupOf(parts[i])).join(''))
  }
}

/** A value that a template accepts. Text is escaped. Undefined and false produce no output. */
export type Part = string | number | Html | readonly Part[] | undefined | false

/**
 * html`<p title="${text}">${text}</p>`. Attributes must be quoted, and no URL or style may be built from foreign text.
 */
export const html = (strings: TemplateStringsArray, ...parts: readonly Part[]): Html => Html.of(strings, parts)

/** Formats text in which `code` is between backticks. */
export const withCode = (text: string): Html =>
  html`${text.split('`').map((part, i) => (i % 2 === 1 ? html`<code>${part}</code>` : part))}`

const markupOf = (part: Part): string => {
  if (part === undefined || part === false) return ''
  if (part instanceof Html) return part.markup
  if (typeof part === 'string' || typeof part === 'number') return escapeHtml(String(part))
  return part.map(markupOf).join('')
}
