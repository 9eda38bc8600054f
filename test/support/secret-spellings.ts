import { expect } from 'vitest'

const base64 = (text: string) => Buffer.from(text).toString('base64')

/** The forms in which a server may repeat a login. */
export const spellingsOf = (username: string, password: string): ReadonlyArray<readonly [string, string]> => [
  ['plain', password],
  ['in upper case', password.toUpperCase()],
  ['as AUTH PLAIN', base64(`\0${username}\0${password}`)],
  ['as AUTH LOGIN', base64(password)],
  ['as AUTH PLAIN, cut', base64(`\0${username}\0${password}`).slice(0, 20)],
  ['behind 190 characters', `${'x'.repeat(190)} ${password}`],
]

/** Fails if any visible text contains the password, or a part of it that is long enough to reveal it. */
export const expectNoSecret = (seen: readonly unknown[], username: string, password: string): void => {
  const texts = seen.map((one) =>
    one instanceof Error
      ? `${one.stack} ${one.message} ${String(one.cause)} ${JSON.stringify(one)}`
      : (JSON.stringify(one) ?? ''),
  )
  const secrets = [password, base64(`\0${username}\0${password}`), base64(password)].map((one) => one.slice(0, 8))
  for (const secret of secrets) expect(texts.join('\n').toLowerCase()).not.toContain(secret.toLowerCase())
}
