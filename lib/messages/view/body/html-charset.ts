/** In bytes. Browsers search this much of a page for its charset (HTML standard, section 13.2.3.2). */
const searched = 1024
const metaElement = /<meta[\s/][^<>]*/gi
const charset = /charset\s*=\s*["']?([^\s"';/]+)/i

/**
 * Finds the charset that a `meta` element at the beginning of an HTML text declares, as in `<meta charset="…">` or
 * `<meta http-equiv="Content-Type" content="text/html; charset=…">`. This is the prescan of the HTML standard in a
 * simpler form.
 * @returns the charset, or an empty text if there is none
 */
export const metaCharsetOf = (html: Buffer): string => {
  for (const [element] of withoutHtmlComments(html.toString('latin1', 0, searched)).matchAll(metaElement)) {
    const label = declaresCharset(element) ? charset.exec(element)?.[1]?.toLowerCase() : undefined
    // If the element is readable as ASCII, the text cannot be in UTF-16.
    if (label) return label.startsWith('utf-16') ? 'utf-8' : label
  }
  return ''
}

const withoutHtmlComments = (html: string): string => {
  const [before, ...comments] = html.split('<!--')
  const behind = comments.map((comment) => (comment.includes('-->') ? comment.slice(comment.indexOf('-->') + 3) : ''))
  return [before, ...behind].join('')
}

/** The content of other `meta` elements, for example a description, may mention a charset. */
const declaresCharset = (element: string): boolean => /http-equiv/i.test(element) || !/content\s*=/i.test(element)
