/**
 * Replaces each comment with a space (RFC 5322 section 3.2.2). Comments may be nested and contain escaped parentheses.
 * A comment that never ends extends to the end of the text.
 */
export const withoutComments = (text: string): string => {
  if (!text.includes('(')) return text
  let kept = ''
  let start = 0
  let depth = 0
  for (let at = 0; at < text.length; at += 1) {
    const character = text[at]
    if (character === '\\') at += 1
    else if (character === '(') {
      if (depth === 0) kept += `${text.slice(start, at)} `
      depth += 1
    } else if (character === ')' && depth > 0) {
      depth -= 1
      start = at + 1
    }
  }
  return depth === 0 ? kept + text.slice(start) : kept
}
