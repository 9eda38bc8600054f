import { describe, expect, it } from 'vitest'
import { secretsOf, withoutSecrets } from '../../../lib/mailbox/without-secrets.ts'

const credential = { method: 'password', username: 'desk', password: 'pass "wörd" \\ 42/x' } as const
const { password } = credential
const token = { method: 'oauth2', username: 'desk', accessToken: 'token-1234567+89/~abcdefghijklmn' } as const
const base64 = (text: string) => Buffer.from(text).toString('base64')
const plain = base64(`\0desk\0${password}`)
const shown = (words: string) => withoutSecrets(words, secretsOf(credential))

describe('the words of a server that repeats the login it refuses', () => {
  it.each([
    ['plain', `PASS ${password} is wrong`],
    ['in capitals', `PASS ${password.toUpperCase()} is wrong`],
    ['twice', `PASS ${password} and ${password} is wrong`],
    ['as a quoted string', 'LOGIN "desk" "pass \\"wörd\\" \\\\ 42/x" is wrong'],
    ['byte by byte', `PASS ${Buffer.from(password).toString('latin1')} is wrong`],
    ['URL-encoded', `pass=${encodeURIComponent(password)} is wrong`],
    ['URL-encoded in lower case', `pass=${encodeURIComponent(password).toLowerCase()} is wrong`],
    ['of AUTH PLAIN', `${plain} is wrong`],
    ['of AUTH PLAIN in lower case', `${plain.toLowerCase()} is wrong`],
    ['of AUTH PLAIN without padding', `${plain.replace(/=+$/, '')} is wrong`],
    ['of AUTH LOGIN', `${base64(password)} is wrong`],
  ])('lose the password %s', (_, words) => {
    expect(shown(words)).toMatch(/^[\w"= ]*…[\w"=… ]*is wrong$/)
    expect(shown(words)).not.toMatch(/w(ö|Ã¶|%C3%B6)rd/i)
  })

  it.each([
    ['the beginning of the password', `PASS ${password.slice(0, 10)} is wrong`, 'PASS … is wrong'],
    ['the beginning of AUTH PLAIN', `${plain.slice(0, 20)}... is wrong`, '…... is wrong'],
    ['the beginning of AUTH PLAIN in capitals', `${plain.slice(0, 20).toUpperCase()}... is wrong`, '…... is wrong'],
  ])('lose %s where the server cuts it', (_, words, expected) => {
    expect(shown(words)).toBe(expected)
  })

  it('lose all of it where another spelling begins alike', () => {
    const secrets = secretsOf({ ...credential, password: 'abcdefgh+ijklmnop' })
    expect(withoutSecrets('abcdefgh+ijklmnop abcdefgh%2Bijklmnop', secrets)).toBe('… …')
    const { accessToken } = token
    const words = [accessToken, encodeURIComponent(accessToken), base64(accessToken)].join(' ')
    expect(withoutSecrets(words, secretsOf(token))).toBe('… … …')
  })

  it.each(['', 'x', 'xy'])('lose a token inside of base64, behind “%s”', (before) => {
    const blobs = [
      `${before}user=desk\x01auth=Bearer ${token.accessToken}\x01\x01`,
      `${before}{"bearer":"${token.accessToken}"}`,
    ]
    for (const blob of blobs) {
      const left = withoutSecrets(`no ${base64(blob)} today`, secretsOf(token))
      expect(left).toMatch(/^no [A-Za-z0-9+/]*…[A-Za-z0-9+/=]* today$/)
      const around = left.replace(/^no | today$/g, '').split('…')
      expect(Buffer.from(around[0] ?? '', 'base64').toString('latin1')).not.toContain('tok')
      expect(around[1]?.length).toBeLessThan(8)
    }
  })

  it('stay as they are otherwise', () => {
    const words = '[AUTH] pass the word: İstanbul, desk, 42, AGRl'
    expect(shown(words)).toBe(words)
  })

  it('lose a short password only as a whole', () => {
    const short = secretsOf({ ...credential, password: 'pa55' })
    expect(withoutSecrets('USER desk, PASS pa55, pa5', short)).toBe('USER desk, PASS …, pa5')
  })

  it('are read in time however long and repetitive they are', () => {
    const repetitive = secretsOf({ ...credential, password: 'a'.repeat(1_000) })
    const began = performance.now()
    withoutSecrets('a'.repeat(20_000), repetitive)
    withoutSecrets(`${'a'.repeat(7)} `.repeat(3_000), repetitive)
    expect(performance.now() - began).toBeLessThan(1_000)
  })
})
