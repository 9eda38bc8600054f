import { describe, expect, it } from 'vitest'
import { readEnvironment } from '../../functions/environment.ts'

describe('readEnvironment', () => {
  it('readEnvironment returns the typed values and no others', () => {
    const environment = { ACCOUNTS_TABLE: 'a', RUNS_TABLE: 'r', TICK_MINUTES: '10', OTHER: 'x' }
    expect(readEnvironment(['ACCOUNTS_TABLE', 'RUNS_TABLE', 'TICK_MINUTES'], environment)).toEqual({
      ACCOUNTS_TABLE: 'a',
      RUNS_TABLE: 'r',
      TICK_MINUTES: 10,
    })
  })

  it('readEnvironment leaves out an optional variable that is not set', () => {
    expect(readEnvironment(['SECRET_KEY_ARN'], {})).toEqual({})
  })

  it('readEnvironment reports every missing or invalid variable, but no value', () => {
    const read = () =>
      readEnvironment(['ACCOUNTS_TABLE', 'RUNS_TABLE', 'TICK_MINUTES'], { RUNS_TABLE: '', TICK_MINUTES: 'sixteen' })
    expect(read).toThrow(
      'ACCOUNTS_TABLE is missing, RUNS_TABLE has an invalid value, TICK_MINUTES has an invalid value',
    )
    expect(read).not.toThrow('sixteen')
  })

  it.each([
    ['https://abc.execute-api.eu-central-1.amazonaws.com', 'https://abc.execute-api.eu-central-1.amazonaws.com'],
    ['https://desk.example.com/', 'https://desk.example.com'],
    ['https://desk.example.com/postmaster/', 'https://desk.example.com/postmaster'],
    ['http://127.0.0.1:4000', 'http://localhost:4000'],
  ])('readEnvironment reads PUBLIC_URL %s as %s', (given, url) => {
    expect(readEnvironment(['PUBLIC_URL'], { PUBLIC_URL: given })).toEqual({ PUBLIC_URL: url })
  })

  it.each(['', 'desk.example.com', 'javascript:alert(1)'])('readEnvironment does not accept PUBLIC_URL %j', (given) => {
    expect(() => readEnvironment(['PUBLIC_URL'], { PUBLIC_URL: given })).toThrow('PUBLIC_URL has an invalid value')
  })

  it('readEnvironment reads an empty value as an empty list of ports or URLs', () => {
    const environment = { EXTRA_MAIL_PORTS: '', RETURN_TO_URLS: '' }
    expect(readEnvironment(['EXTRA_MAIL_PORTS', 'RETURN_TO_URLS'], environment)).toEqual({
      EXTRA_MAIL_PORTS: [],
      RETURN_TO_URLS: [],
    })
  })
})
