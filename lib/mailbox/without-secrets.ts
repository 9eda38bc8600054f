import type { Credential } from '../accounts/credential.ts'

/** The spellings in which a login carries its password, and in which a server may repeat the command it refuses. */
export const secretsOf = ({ username, password }: Credential): string[] =>
  [
    // A quoted string of IMAP (RFC 9051 section 4.3).
    password.replace(/["\\]/g, '\\$&'),
    password,
    // SASL PLAIN (RFC 4616), and LOGIN.
    Buffer.from(`\0${username}\0${password}`).toString('base64'),
    Buffer.from(password).toString('base64'),
  ].filter((secret) => secret !== '')

/** A server's words as they may be shown: the password must not come back in them. */
export const withoutSecrets = (words: string, secrets: readonly string[]): string =>
  secrets.reduce((text, secret) => text.replaceAll(secret, '…'), words)
