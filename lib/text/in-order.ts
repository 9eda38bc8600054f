/**
 * Searches for one expression after another. A single expression with `.*` in between takes quadratic time on a text
 * that repeats its beginning.
 * @returns true if `second` matches anywhere after the first match of `first`
 */
export const inOrder = (text: string, first: RegExp, second: RegExp): boolean => {
  const match = first.exec(text)
  return match !== null && second.test(text.slice(match.index + match[0].length))
}
