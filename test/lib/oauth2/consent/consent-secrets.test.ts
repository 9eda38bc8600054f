import { createHash } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import {
  bindingHash,
  bindingOf,
  bindingText,
  challengeOf,
  newBinding,
  verifierOf,
} from '../../../../lib/oauth2/consent/consent-secrets.ts'
import { newSecret } from '../../../../lib/secrets/random-secret.ts'

describe('the browser binding', () => {
  it('a browser binding can be restored from its cookie text', () => {
    const binding = newBinding(newSecret())
    expect(bindingOf(bindingText(binding))).toEqual(binding)
  })

  it.each([undefined, '', '.', 'a.b', `${newSecret()}`, `${newSecret()}.`, `${newSecret()}.${newSecret()}.x`])(
    'the text %j is not a browser binding',
    (text) => {
      expect(bindingOf(text)).toBeUndefined()
    },
  )

  it('a browser binding’s hash differs for another secret or another link', () => {
    const binding = newBinding(newSecret())
    const hashes = [binding, { ...binding, ticket: newSecret() }, newBinding(binding.ticket)].map(bindingHash)
    expect(new Set(hashes).size).toBe(3)
  })

  it('a browser binding creates a different verifier for each state, in the format of RFC 7636', () => {
    const binding = newBinding(newSecret())
    const [state, other] = [newSecret(), newSecret()]
    const verifier = verifierOf(binding, state)
    expect(verifier).toMatch(/^[A-Za-z0-9_-]{43}$/)
    expect(verifierOf(binding, state)).toBe(verifier)
    expect(verifierOf(binding, other)).not.toBe(verifier)
    expect(verifierOf(newBinding(binding.ticket), state)).not.toBe(verifier)
    expect(challengeOf(verifier)).toBe(createHash('sha256').update(verifier).digest('base64url'))
  })

  it('challengeOf returns the challenge of the example in RFC 7636 appendix B', () => {
    expect(challengeOf('dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk')).toBe(
      'E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM',
    )
  })
})
