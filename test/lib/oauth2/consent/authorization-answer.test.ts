import { describe, expect, it } from 'vitest'
import { authorizationAnswerOf, isAnswerOf } from '../../../../lib/oauth2/consent/authorization-answer.ts'
import { newSecret } from '../../../../lib/secrets/random-secret.ts'

const state = newSecret()

describe('authorizationAnswerOf', () => {
  it('authorizationAnswerOf reads a code and ignores additional parameters', () => {
    const query = { state, code: 'M.C517_BAY.2.U.0a!*$', session_state: 'x', authuser: '0', prompt: 'consent' }
    expect(authorizationAnswerOf(query)).toEqual({ state, code: query.code, issuer: undefined })
  })

  it('authorizationAnswerOf prefers an error over a code', () => {
    expect(authorizationAnswerOf({ state, code: 'x', error: 'access_denied' })).toMatchObject({
      error: 'access_denied',
    })
  })

  it('authorizationAnswerOf limits texts to one line of bounded length', () => {
    const answer = authorizationAnswerOf({
      state,
      error: 'server_error',
      error_description: `AADSTS1\r\nTrace: \u202e${'x'.repeat(2000)}`,
      error_uri: 'https://login.example.net/error?code=1',
    })
    expect(answer).toMatchObject({ description: expect.stringMatching(/^AADSTS1 Trace: x+$/) })
    expect(answer && 'description' in answer && answer.description?.length).toBe(500)
  })

  it.each([
    ['no state', { code: 'x' }],
    ['a short state', { state: state.slice(1), code: 'x' }],
    ['a state that is too long', { state: `${state}A`, code: 'x' }],
    ['two states', { state: `${state},${state}`, code: 'x' }],
    ['a state with an invalid character', { state: `${state.slice(1)}+`, code: 'x' }],
    ['neither code nor error', { state }],
    ['an empty code', { state, code: '' }],
    ['a code with a line break', { state, code: 'a\r\nb' }],
    ['a code that is not ASCII', { state, code: 'ä' }],
    ['a code of more than 4,096 characters', { state, code: 'x'.repeat(4097) }],
    ['an empty error', { state, error: '' }],
    ['an issuer that is too long', { state, code: 'x', iss: 'x'.repeat(501) }],
  ])('authorizationAnswerOf rejects a query with %s', (_, query) => {
    expect(authorizationAnswerOf(query)).toBeUndefined()
  })
})

describe('isAnswerOf', () => {
  it.each([
    [undefined, true],
    ['https://accounts.example.com', true],
    ['https://accounts.example.com/realms/desk', true],
    ['https://evil.example', false],
    ['http://accounts.example.com', false],
    ['https://accounts.example.com.evil.example', false],
    ['accounts.example.com', false],
    ['', false],
  ])('isAnswerOf: issuer %s is accepted: %s', (issuer, expected) => {
    expect(isAnswerOf('https://accounts.example.com/o/oauth2/auth', issuer)).toBe(expected)
  })
})
