import { expect } from 'vitest'

/** It has the length and the characters of a real token. No response, log or error may ever contain it. */
export const token = `eyJ0eXAiOiJKV1QiLCJhbGciOiJSUzI1NiJ9.${'Zm9yIG5vYm9keSBlbHNl'.repeat(4)}.s1gn-ature_~+/xyz`

const base64 = (text: string) => Buffer.from(text).toString('base64')

/**
 * Makes a line of a SASL exchange readable, for example `user=alice|auth=Bearer …||`. Any other text stays as it is.
 */
export const fieldsOf = (line: string): string => {
  const decoded = Buffer.from(line, 'base64').toString('utf8')
  return decoded.includes('\x01') ? decoded.replaceAll('\x01', '|') : line
}

const blobs = (username: string): string[] => [
  `user=${username}\x01auth=Bearer ${token}\x01\x01`,
  `n,a=${username},\x01host=localhost\x01port=993\x01auth=Bearer ${token}\x01\x01`,
  `n,a=${username},\x01host=mail.example.org\x01port=1993\x01auth=Bearer ${token}\x01\x01`,
]

/** The forms in which a server may repeat a login with a token. */
export const tokenSpellingsOf = (username: string): string[] => [
  token,
  token.toUpperCase(),
  token.slice(0, 40),
  encodeURIComponent(token),
  base64(token),
  ...blobs(username).map(base64),
  ...blobs(username).map((blob) => base64(blob).slice(0, -24)),
  base64(JSON.stringify({ status: 'invalid_token', token })),
  `${'x'.repeat(190)} ${token}`,
]

/**
 * The pieces and the end of the token, plain and as base64 with every offset. They are long enough not to occur by
 * chance, and short enough to detect a part of the token.
 */
const pieces = [token, ...['', '.', '..'].map((before) => base64(`${before}${token}`).slice(4))].flatMap((text) =>
  Array.from({ length: Math.floor(text.length / 12) }, (_, index) => text.slice(index * 12, index * 12 + 12)).concat(
    text.replace(/=+$/, '').slice(-8),
  ),
)

/** Fails if any visible text contains a part of the token. */
export const expectNoToken = (seen: readonly unknown[]): void => {
  const texts = seen.map((one) =>
    one instanceof Error
      ? `${one.stack} ${one.message} ${String(one.cause)} ${JSON.stringify(one)}`
      : (JSON.stringify(one) ?? ''),
  )
  const text = texts.join('\n').toLowerCase()
  for (const piece of pieces) expect(text).not.toContain(piece.toLowerCase())
}
