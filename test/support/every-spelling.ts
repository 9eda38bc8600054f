/** A spelling in which a server may repeat a secret: its name and its text. */
export type Spelling = readonly [title: string, text: string]

const base64 = (text: string): string => Buffer.from(text).toString('base64')
const unpadded = (text: string): string => base64(text).replace(/=+$/, '')
const everyCharacter = (text: string, write: (character: string) => string): string => [...text].map(write).join('')
const everyUnit = (text: string, write: (code: number) => string): string =>
  Array.from({ length: text.length }, (_, index) => write(text.charCodeAt(index))).join('')
const codeOf = (character: string): number => character.codePointAt(0) ?? 0
const everyByte = (text: string, prefix: string): string =>
  [...Buffer.from(text)].map((byte) => `${prefix}${byte.toString(16).padStart(2, '0')}`).join('')
const everySecond = (text: string, write: (character: string) => string): string =>
  [...text].map((character, index) => (index % 2 === 0 ? character : write(character))).join('')
const folded = (text: string, columns: number, separator: string): string =>
  text.replace(new RegExp(`(.{${columns}})(?=.)`, 'g'), `$1${separator}`)
const swappedCase = (text: string): string =>
  everyCharacter(text, (character) =>
    character === character.toLowerCase() ? character.toUpperCase() : character.toLowerCase(),
  )

const htmlNames: Readonly<Record<string, string>> = {
  '&': 'amp',
  '<': 'lt',
  '>': 'gt',
  '"': 'quot',
  "'": 'apos',
  ö: 'ouml',
}
const html = (text: string, write: (character: string) => string): string =>
  text.replace(/[&<>"'ö]/g, (character) => write(character))

const json = (text: string): string => JSON.stringify(text).slice(1, -1)
const form = (text: string): string => new URLSearchParams([['', text]]).toString().slice(1)
const quotedPrintable = (text: string): string =>
  [...Buffer.from(text)]
    .map((byte) =>
      byte > 126 || byte === 61 ? `=${byte.toString(16).toUpperCase().padStart(2, '0')}` : String.fromCharCode(byte),
    )
    .join('')

/**
 * Every spelling of a secret, sent with a user name (or client id), that must be hidden completely, regardless of the
 * length of the secret.
 */
export const everySpelling = (user: string, secret: string): Spelling[] => [
  ['as it was sent', secret],
  ['twice', `${secret} ${secret}`],
  ['in upper case', secret.toUpperCase()],
  ['in lower case', secret.toLowerCase()],
  ['with the case inverted', swappedCase(secret)],
  ['as a quoted string of IMAP', secret.replace(/["\\]/g, '\\$&')],
  ['as JSON', json(secret)],
  ['as JSON in JSON', json(json(secret))],
  ['as JSON with every character escaped', everyUnit(secret, (code) => `\\u${code.toString(16).padStart(4, '0')}`)],
  ['as bytes in source code', everyByte(secret, '\\x')],
  ['as UTF-8 read as Latin-1', Buffer.from(secret).toString('latin1')],
  ['as Latin-1 read as UTF-8', Buffer.from(secret, 'latin1').toString('utf8')],
  ['decomposed', secret.normalize('NFD')],
  ['URL-encoded', encodeURIComponent(secret)],
  ['URL-encoded in lower case', encodeURIComponent(secret).toLowerCase()],
  ['URL-encoded in upper case', encodeURIComponent(secret).toUpperCase()],
  ['URL-encoded byte by byte', everyByte(secret, '%')],
  ['URL-encoded partially', everySecond(secret, (c) => everyByte(c, '%'))],
  ['URL-encoded twice', encodeURIComponent(encodeURIComponent(secret))],
  ['URL-encoded in JSON', json(encodeURIComponent(secret))],
  ['form-encoded', form(secret)],
  ['form-encoded in lower case', form(secret).toLowerCase()],
  ['as HTML with named entities', html(secret, (c) => `&${htmlNames[c]};`)],
  ['as HTML with decimal numbers', html(secret, (c) => `&#${codeOf(c)};`)],
  ['as HTML with &#39;', html(secret, (c) => (c === "'" ? '&#39;' : `&${htmlNames[c]};`))],
  ['as HTML with hexadecimal numbers', html(secret, (c) => `&#x${codeOf(c).toString(16)};`)],
  ['as HTML with every character escaped', everyCharacter(secret, (c) => `&#${codeOf(c)};`)],
  ['as HTML in JSON', json(html(secret, (c) => `&${htmlNames[c]};`)).replaceAll('&', '\\u0026')],
  ['as quoted-printable', quotedPrintable(secret)],
  ['as quoted-printable in lower case', quotedPrintable(secret).toLowerCase()],
  ['as quoted-printable byte by byte', everyByte(secret, '=').toUpperCase()],
  ['as base64', base64(secret)],
  ['as base64 without padding', unpadded(secret)],
  ['as base64 in upper case', base64(secret).toUpperCase()],
  ['as base64url', Buffer.from(secret).toString('base64url')],
  ['as base64, URL-encoded', encodeURIComponent(base64(secret))],
  ['as base64 of Latin-1', Buffer.from(secret, 'latin1').toString('base64')],
  ['as SASL PLAIN', base64(`\0${user}\0${secret}`)],
  ['as SASL PLAIN without padding', unpadded(`\0${user}\0${secret}`)],
  ['as SASL PLAIN in lower case', base64(`\0${user}\0${secret}`).toLowerCase()],
  ['as SASL PLAIN for the same user', base64(`${user}\0${user}\0${secret}`)],
  ...['x', 'xy', 'xyz'].map(
    (other): Spelling => [`as SASL PLAIN for another user, ${other}`, base64(`${other}\0${user}\0${secret}`)],
  ),
  ['as HTTP Basic', base64(`${user}:${secret}`)],
  ['as HTTP Basic in base64url', Buffer.from(`${user}:${secret}`).toString('base64url')],
  ['as HTTP Basic, form-encoded first', base64(`${form(user)}:${form(secret)}`)],
  ['as HTTP Basic, URL-encoded first', base64(`${encodeURIComponent(user)}:${encodeURIComponent(secret)}`)],
]

/**
 * Spellings only for secrets of at least 12 characters, because too little would remain of a shorter secret to find it.
 */
export const everySpellingOfLong = (user: string, secret: string): Spelling[] => [
  ['truncated', secret.slice(0, 10)],
  ['truncated, in upper case', secret.slice(0, 10).toUpperCase()],
  ['without its beginning', secret.slice(-10)],
  ['as truncated SASL PLAIN', base64(`\0${user}\0${secret}`).slice(0, -6)],
  ['as truncated HTTP Basic', base64(`${user}:${secret}`).slice(0, -6)],
  ['as truncated base64', base64(secret).slice(0, -4)],
  ['in hexadecimal', Buffer.from(secret).toString('hex')],
  ['in hexadecimal, in upper case', Buffer.from(secret).toString('hex').toUpperCase()],
  ['inside the base64 of a longer text', base64(`{"login":"${secret}","at":1}`)],
  ['inside the base64 of a longer text, shifted by one byte', base64(`{"login": "${secret}","at":1}`)],
  ['inside the base64 of a longer text, shifted by two bytes', base64(`{ "login": "${secret}","at":1}`)],
  ['as XOAUTH2', base64(`user=${user}\x01auth=Bearer ${secret}\x01\x01`)],
  ['as base64 on lines of 76 columns', folded(base64(`${'x'.repeat(50)}\0${user}\0${secret}`), 76, '\r\n')],
  ['as base64 on folded lines', folded(base64(`${'x'.repeat(50)}\0${user}\0${secret}`), 76, '\r\n ')],
  ['as base64 on short lines', folded(base64(`${user}:${secret}`), 12, '\n')],
  ['as quoted-printable on lines of five characters', folded(secret, 5, '=\r\n')],
]

/** The number of consecutive characters that reveal a part of a secret. */
const telling = 8

/**
 * @returns the parts of a spelling that a text shows: any eight consecutive characters, or a complete shorter spelling.
 * Whitespace is ignored, because texts are brought onto one line before they are shown.
 */
export const partsShown = (text: string, spelling: string): string[] => {
  const bare = (one: string) => one.replace(/\s+/g, '').toLowerCase()
  const [seen, hidden] = [bare(text), bare(spelling)]
  if (hidden.length < telling) return seen.includes(hidden) ? [hidden] : []
  const parts = Array.from({ length: hidden.length - telling + 1 }, (_, index) => hidden.slice(index, index + telling))
  return parts.filter((part) => seen.includes(part))
}
