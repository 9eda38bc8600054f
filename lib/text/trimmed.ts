/**
 * Removes characters from the end of a text. A regular expression such as `/x+$/` takes quadratic time on a text with
 * many such characters in the middle.
 * @param removed matches one character
 */
export const trimmedEnd = (text: string, removed: RegExp): string => {
  let end = text.length
  while (end > 0 && removed.test(text.charAt(end - 1))) end -= 1
  return text.slice(0, end)
}

/** Removes characters from both ends of a text. */
export const trimmed = (text: string, removed: RegExp): string => {
  let start = 0
  while (start < text.length && removed.test(text.charAt(start))) start += 1
  return trimmedEnd(text.slice(start), removed)
}
