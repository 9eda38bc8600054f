/** In bytes of UTF-8, which are 60 characters of base64. RFC 2047 section 2 limits an encoded word to 75 characters. */
const longestWord = 45

/**
 * Encodes text for a header field (RFC 2047). ASCII text is returned as it is. libmime could do this as well, but it
 * would bring its charsets into two more functions.
 */
export const encodedWords = (text: string): string => {
  if (/^[\x20-\x7e]*$/.test(text)) return text
  const words: string[] = ['']
  for (const character of text.toWellFormed()) {
    const grown = `${words.at(-1)}${character}`
    if (Buffer.byteLength(grown) <= longestWord) words[words.length - 1] = grown
    else words.push(character)
  }
  return words.map((word) => `=?UTF-8?B?${Buffer.from(word).toString('base64')}?=`).join(' ')
}
