const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
}

export const escapeHtml = (text: string): string =>
  text.replaceAll(/[&<>"']/g, (character) => entities[character] ?? '')

/** Markup whose every variable part went through `html`: no other way leads into a page. */
export class Html {
  readonly markup: string

  private constructor(markup: string) {
    this.markup = markup
  }

  static of(strings: TemplateStringsArray, parts: readonly Part[]): Html {
    return new Html(strings.map((text, i) => text + markupOf(parts[i])).join(''))
  }
}

/** What may stand in a template. Texts are escaped; what is left out or false leaves nothing behind. */
export type Part = string | number | Html | readonly Part[] | undefined | false

/** html`<p title="${text}">${text}</p>`: attributes are quoted, and none of them is an address or a style made of foreign text. */
export const html = (strings: TemplateStringsArray, ...parts: readonly Part[]): Html => Html.of(strings, parts)

/** A text in which `code` stands between backticks, as words for people have it. */
export const withCode = (text: string): Html =>
  html`${text.split('`').map((part, i) => (i % 2 === 1 ? html`<code>${part}</code>` : part))}`

const markupOf = (part: Part): string => {
  if (part === undefined || part === false) return ''
  if (part instanceof Html) return part.markup
  if (typeof part === 'string' || typeof part === 'number') return escapeHtml(String(part))
  return part.map(markupOf).join('')
}
