import type { TextTrait } from '../compose.ts'
import type { Shown } from '../shown.ts'

export const file = { name: 'plan.pdf', type: 'application/pdf', bytes: 'PDF', inline: false, isMessage: false }
export const logo = { name: 'logo.png', type: 'image/png', bytes: 'PNG', inline: true, isMessage: false }

/** Text that stands alone or in `multipart/mixed` is text and, if the message has any HTML, also HTML. */
export const alone = (words: string, kind: TextTrait['kind'], files: Shown['files'] = []): Shown => ({
  text: words,
  html: kind === 'html' ? words : null,
  files: files ?? [],
})
export const both = (words: string, files: Shown['files'] = []): Shown => ({
  text: words,
  html: words,
  files: files ?? [],
})

export const mixed = 'RFC 2046 section 5.1.3, RFC 8621 section 4.1.4'
