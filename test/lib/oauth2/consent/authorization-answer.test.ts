import { describe, expect, it } from 'vitest'
import { authorizationAnswerOf, isAnswerOf } from '../../../../lib/oauth2/consent/authorization-answer.ts'
import { newSecret } from '../../../../lib/oauth2/consent/secret-text.ts'

const state = newSecret()

describe('what a browser brings back from a provider', () => {
  it('is a code, whatever else comes along', () => {
    const query = { state, code: 'M.C517_BAY.2.U.0a!*$', session_state: 'x', authuser: '0', prompt: 'consent' }
    expect(authorizationAnswerOf(query)).toEqual({ state, code: query.code, issuer: undefined })
  })

  it('is an error before it is a code', () => {
    expect(authorizationAnswerOf({ state, code: 'x', error: 'access_denied' })).toMatchObject({
      error: 'access_denied',
    })
  })

  it('has words on one line and of a bounded length', () => {
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
    ['a long state', { state: `${state}A`, code: 'x' }],
    ['two states', { state: `${state},${state}`, code: 'x' }],
    ['a state of other letters', { state: `${state.slice(1)}+`, code: 'x' }],
    ['neither code nor error', { state }],
    ['an empty code', { state, code: '' }],
    ['a code with a line break', { state, code: 'a\r\nb' }],
    ['a code that is not ASCII', { state, code: 'ä' }],
    ['a code of more than 4,096 characters', { state, code: 'x'.repeat(4097) }],
    ['an empty error', { state, error: '' }],
    ['an endless issuer', { state, code: 'x', iss: 'x'.repeat(501) }],
  ])('is none with %s', (_, query) => {
    expect(authorizationAnswerOf(query)).toBeUndefined()
  })
})

describe('the issuer of an answer', () => {
  it.each([
    [undefined, true],
    ['https://accounts.example.com', true],
    ['https://accounts.example.com/realms/desk', true],
    ['https://evil.example', false],
    ['http://accounts.example.com', false],
    ['https://accounts.example.com.evil.example', false],
    ['accounts.example.com', false],
    ['', false],
  ])('%s: %s', (issuer, expected) => {
    expect(isAnswerOf('https://accounts.example.com/o/oauth2/auth', issuer)).toBe(expected)
  })
})
