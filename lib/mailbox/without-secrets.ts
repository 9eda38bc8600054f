import type { Credential } from '../accounts/credential.ts'

/** A server may cut what it repeats: from so many characters on, the beginning of a secret is taken out like the whole. */
const tellingLength = 8

/** The spellings in which a login carries its password, and in which a server may repeat the command it refuses. The longest come first. */
export const secretsOf = ({ username, password }: Credential): string[] => {
  const spellings = [
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
  return [...new Set(spellings)].filter((secret) => secret !== '').sort((a, b) => b.length - a.length)
}

const withoutPadding = (text: string): string => Buffer.from(text).toString('base64').replace(/=+$/, '')

/**
 * A server's words as they may be shown: the password must not come back in them, in whatever case. To be called before the words are cut
 * to size.
 */
export const withoutSecrets = (words: string, secrets: readonly string[]): string =>
  secrets.reduce(withoutSecret, words)

const withoutSecret = (words: string, secret: string): string => {
  const shown: string[] = []
  let shownTo = 0
  for (const { index } of words.matchAll(beginningOf(secret))) {
    if (index < shownTo) continue
    let length = 0
    while (length < secret.length && sameLetter(words[index + length], secret[length])) length += 1
    const end = /^=*/.exec(words.slice(index + length, index + length + 2))?.[0].length ?? 0
    shown.push(words.slice(shownTo, index), '…')
    shownTo = index + length + end
  }
  return [...shown, words.slice(shownTo)].join('')
}

const beginningOf = (secret: string): RegExp =>
  new RegExp(secret.slice(0, tellingLength).replace(/[\\^$.*+?()[\]{}|]/g, '\\$&'), 'gi')

const sameLetter = (one: string | undefined, other: string | undefined): boolean =>
  one?.toLowerCase() === other?.toLowerCase()
