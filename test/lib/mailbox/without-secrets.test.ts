import { describe, expect, it } from 'vitest'
import { secretsOf, withoutSecrets } from '../../../lib/mailbox/without-secrets.ts'

const credential = { method: 'password', username: 'desk', password: 'pass "word" \\ 42' } as const
const base64 = (text: string) => Buffer.from(text).toString('base64')

describe('the words of a server that repeats the login it refuses', () => {
  it.each([
    ['plain', `PASS ${credential.password} is wrong`],
    ['as a quoted string', 'LOGIN "desk" "pass \\"word\\" \\\\ 42" is wrong'],
    ['of AUTH PLAIN', `${base64(`\0desk\0${credential.password}`)} is wrong`],
    ['of AUTH LOGIN', `${base64(credential.password)} is wrong`],
  ])('lose the password %s', (_, words) => {
    const shown = withoutSecrets(words, secretsOf(credential))
    expect(shown).toContain('…')
    expect(shown).toContain('is wrong')
    for (const secret of [
      credential.password,
      'word',
      base64(credential.password),
      base64(`\0desk\0${credential.password}`),
    ])
      expect(shown).not.toContain(secret)
  })
})
