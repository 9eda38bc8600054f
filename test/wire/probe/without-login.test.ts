import { expect, it } from 'vitest'
import { accountTypes } from '../../../lib/mailbox/account-type.ts'
import { refuse } from '../../mail-server/faults.ts'
import { failedStep, probe, serverWith, settingsFor, stepOf } from './probe-steps.ts'

const credential = { method: 'oauth2', username: 'alice', accessToken: 'token-that-is-never-sent' } as const
const why = {
  code: 'consent-missing',
  detail: 'The account has not been connected yet.',
  remedy: 'Save it, then connect it.',
}
const skipped = { withoutLogin: { state: 'skipped', ...why } } as const

it.each(accountTypes)(
  'a connection test of %s without credentials stops before the login and sends no part of it',
  async (type) => {
    const server = await serverWith()
    const result = await probe(settingsFor(server, type, { credential }), skipped)
    expect(result.passed).toBe(false)
    expect(result.steps.map(({ state }) => state)).toEqual([
      ...['passed', 'passed', 'passed'],
      type === 'IMAP' || type === 'POP3' ? 'skipped' : 'passed',
      ...['skipped', 'skipped', 'skipped', 'skipped'],
    ])
    expect(stepOf(result, 'login')).toEqual({ step: 'login', state: 'skipped', ...why })
    expect(stepOf(result, 'folder').detail).toBe('Not reached.')
    expect(JSON.stringify(server.transcript)).not.toMatch(/AUTH|LOGIN|USER|PASS|never-sent/i)
  },
)

it('a connection test without credentials can report the login as failed', async () => {
  const server = await serverWith()
  const result = await probe(settingsFor(server, 'IMAPS', { credential }), {
    withoutLogin: { state: 'failed', ...why },
  })
  expect(failedStep(result)).toEqual({ step: 'login', state: 'failed', ...why })
})

it('a connection test without credentials still explains a failure before the login', async () => {
  const server = await serverWith({}, refuse('STARTTLS'))
  const result = await probe(settingsFor(server, 'IMAPTLS', { credential }), skipped)
  expect(failedStep(result)).toMatchObject({ step: 'tls', code: 'starttls-not-offered' })
})
