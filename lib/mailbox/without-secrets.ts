import type { Credential, PasswordCredential, TokenCredential } from '../accounts/credential.ts'

/** A server may cut what it repeats: from so many characters on, the beginning of a secret is taken out like the whole. */
const tellingLength = 8

/** The spellings in which a login carries its secret, and in which a server may repeat the command it refuses. The longest come first. */
export const secretsOf = (credential: Credential): string[] => {
  const spellings = credential.method === 'password' ? passwordSpellings(credential) : tokenSpellings(credential)
  return [...new Set(spellings)].filter((secret) => secret !== '').sort((a, b) => b.length - a.length)
}

const passwordSpellings = ({ username, password }: PasswordCredential): string[] => [
  password,
  // A quoted string of IMAP (RFC 9051 section 4.3).
  password.replace(/["\\]/g, '\\$&'),
  // UTF-8 that was read byte by byte.
  Buffer.from(password).toString('latin1'),
  // Servers that ask a web service and show its address.
  encodeURIComponent(password.toWellFormed()),
  // SASL PLAIN (RFC 4616), and LOGIN.
  withoutPadding(`\0${username}\0${password}`),
  withoutPadding(password),
]

const tokenSpellings = ({ accessToken }: TokenCredential): string[] => [
  accessToken,
  encodeURIComponent(accessToken.toWellFormed()),
  // What XOAUTH2 and OAUTHBEARER (RFC 7628 section 3.1) have in common, whatever user, host and port stand before it.
  ...insideBase64(`auth=Bearer ${accessToken}\x01\x01`),
  ...insideBase64(accessToken),
  withoutPadding(accessToken),
]

const withoutPadding = (text: string): string => Buffer.from(text).toString('base64').replace(/=+$/, '')

/** How a text shows inside the base64 of a longer one: three ways, by where in a group of three bytes it begins. Letters shared with its neighbours are left out. */
const insideBase64 = (text: string): string[] =>
  [0, 1, 2].map((before) => {
    const bytes = Buffer.concat([Buffer.alloc(before), Buffer.from(text)])
    const shared = before === 0 ? 0 : before + 1
    return bytes.toString('base64').slice(shared, Math.floor((bytes.length * 8) / 6))
  })

/**
 * A server's words as they may be shown: password or token must not come back in them, in whatever case. To be called before the words are cut
 * to size.
 */
export const withoutSecrets = (words: string, secrets: readonly string[], mark = '…'): string => {
  if (secrets.length === 0) return words
  const beginnings = secrets.map(beginningOf)
  const shown: string[] = []
  let shownTo = 0
  for (const { index } of words.matchAll(new RegExp(`(?=${beginnings.join('|')})`, 'gi'))) {
    if (index < shownTo) continue
    // Spellings begin alike: only by the one that goes on longest nothing of the secret is left behind.
    const length = Math.max(...secrets.map((secret) => sharedLength(words, index, secret)))
    const padding = /^=*/.exec(words.slice(index + length, index + length + 2))?.[0].length ?? 0
    shown.push(words.slice(shownTo, index), mark)
    shownTo = index + length + padding
  }
  return [...shown, words.slice(shownTo)].join('')
}

const beginningOf = (secret: string): string => secret.slice(0, tellingLength).replace(/[\\^$.*+?()[\]{}|]/g, '\\$&')

const sharedLength = (words: string, index: number, secret: string): number => {
  let length = 0
  while (length < secret.length && sameLetter(words[index + length], secret[length])) length += 1
  return length < Math.min(secret.length, tellingLength) ? 0 : length
}

const sameLetter = (one: string | undefined, other: string | undefined): boolean =>
  one?.toLowerCase() === other?.toLowerCase()
