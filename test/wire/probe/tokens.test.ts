import { describe, expect, it } from 'vitest'
import type { AccountType } from '../../../lib/mailbox/account-type.ts'
import { endAt, type Fault } from '../../mail-server/faults.ts'
import type { Quirks } from '../../mail-server/options.ts'
import type { MailServer } from '../../mail-server/server.ts'
import { authenticatedButNotConnected, refuseToken } from '../../mail-server/token-faults.ts'
import { expectNoToken, token } from '../../support/token-spellings.ts'
import { serverWith as anyServer, failedStep, hasty, probe, settingsFor, stepOf } from './probe-steps.ts'

const credential = { method: 'oauth2', username: 'alice', accessToken: token } as const
const encrypted: readonly AccountType[] = ['IMAPS', 'IMAPTLS', 'POP3S', 'POP3TLS']
const oneOfEach: readonly AccountType[] = ['IMAPS', 'POP3S']

const serverWith = (quirks: Partial<Quirks> = {}, ...faults: Fault[]): Promise<MailServer> =>
  anyServer(
    {
      users: [{ name: 'alice', password: 'unused', tokens: [token] }],
      quirks: { tokenMechanisms: ['OAUTHBEARER', 'XOAUTH2'], ...quirks },
    },
    ...faults,
  )

const tested = async (server: MailServer, type: AccountType, options = {}) => {
  const result = await probe(settingsFor(server, type, { credential }), options)
  expectNoToken([result])
  return result
}

describe('a connection test with an access token', () => {
  it.each(encrypted)('a connection test with an access token passes every step of %s', async (type) => {
    const server = await serverWith()
    server.user('alice').inbox.append('Subject: a\r\n\r\nb\r\n')
    const result = await tested(server, type)
    expect(result.passed, JSON.stringify(result.steps)).toBe(true)
    expect(stepOf(result, 'login').detail).toBe('Logged in as alice with an access token.')
    expect(result.waiting).toMatchObject({ count: 1 })
  })

  it.each<AccountType>(['IMAP', 'POP3'])(
    'a connection test does not send an access token over %s and reports the reason',
    async (type) => {
      const server = await serverWith()
      const result = await tested(server, type)
      expect(failedStep(result)).toEqual({
        step: 'login',
        state: 'failed',
        code: 'token-needs-tls',
        detail: 'The connection is not encrypted, so the access token was not sent.',
        remedy: 'Use a TLS type: IMAPS, IMAPTLS, POP3S or POP3TLS.',
      })
      expect(stepOf(result, 'tls').detail).toBe(
        `${type} does not encrypt the connection: others on the network can read the mail.`,
      )
      expect(server.commandNames().filter((name) => name.startsWith('AUTH'))).toEqual([])
    },
  )

  it.each(oneOfEach)('a connection test over %s shows the server’s response to a refused token', async (type) => {
    const challenge = { status: '400', schemes: 'Bearer', scope: 'https://mail.google.com/' }
    const server = await serverWith({}, refuseToken({ challenges: [challenge], code: '', text: 'Invalid credentials' }))
    expect(failedStep(await tested(server, type))).toMatchObject({
      step: 'login',
      code: 'token-refused',
      detail:
        'The mail server rejected the access token. Server response: Invalid credentials (status 400, schemes Bearer, scope https://mail.google.com/)',
      remedy: expect.stringContaining('postmaster oauth2 doctor'),
    })
  })

  it.each(oneOfEach)(
    'a connection test over %s distinguishes a mailbox that does not open from a refused token',
    async (type) => {
      const server = await serverWith({}, authenticatedButNotConnected())
      expect(failedStep(await tested(server, type))).toMatchObject({
        step: type === 'IMAPS' ? 'login' : 'count',
        code: 'token-refused',
        detail:
          'The mail server accepts the access token but does not open this mailbox. Server response: User is authenticated but not connected.',
        remedy: expect.stringContaining('access to that mailbox'),
      })
    },
  )

  it.each<[AccountType, offered: string]>([
    ['IMAPS', 'AUTH=PLAIN'],
    ['POP3S', 'SASL PLAIN'],
  ])('a connection test over %s shows the login methods of a server that accepts no tokens', async (type, offered) => {
    const server = await serverWith({ tokenMechanisms: [] })
    expect(failedStep(await tested(server, type))).toMatchObject({
      step: 'login',
      code: 'oauth2-unsupported',
      detail: `The server does not support logging in with an access token. Server response: ${offered}`,
    })
  })

  it.each<[AccountType, Fault]>([
    ['IMAPS', refuseToken({ ending: 'hang' })],
    ['POP3S', refuseToken({ ending: 'hang' })],
    ['IMAPS', endAt('AUTHENTICATE', 'hang')],
    ['POP3S', endAt('AUTH', 'hang')],
  ])(
    'a connection test over %s ends within its time limit if the server stops responding during token login',
    async (type, fault) => {
      const server = await serverWith({}, fault)
      const began = performance.now()
      expect(failedStep(await tested(server, type, { limits: hasty }))).toMatchObject({
        step: 'login',
        code: 'server-silent',
      })
      expect(performance.now() - began).toBeLessThan(10_000)
    },
  )
})
