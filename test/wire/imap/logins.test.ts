import { describe, expect, it } from 'vitest'
import type { AccountType } from '../../../lib/mailbox/account-type.ts'
import type { Fault } from '../../mail-server/faults.ts'
import type { Quirks } from '../../mail-server/options.ts'
import { failedStep, probe } from '../probe/probe-steps.ts'
import { failureOf, openAt, serverWith, settingsFor, user } from './imap-wire.ts'

/** AUTHENTICATE LOGIN is the only method. The LOGIN command is announced as disabled, and refused. */
const saslLoginOnly: Partial<Quirks> = {
  saslLogin: true,
  without: ['AUTH=PLAIN'],
  extraCapabilities: ['LOGINDISABLED'],
}
const refusesLoginCommand: Fault = {
  onCommand: (_, { name }) => (name === 'LOGIN' ? { reply: '{tag} NO LOGIN is disabled' } : undefined),
}

const loginsOf = (server: Awaited<ReturnType<typeof serverWith>>): string[] =>
  server.transcript.filter(({ name }) => /LOGIN|AUTHENTICATE/.test(name)).map(({ name, args }) => `${name} ${args}`)

describe('an IMAP server that supports only AUTHENTICATE LOGIN', () => {
  it.each(['IMAP', 'IMAPS', 'IMAPTLS'] as const)(
    '%s login uses AUTHENTICATE LOGIN if the server supports nothing else',
    async (type) => {
      const server = await serverWith({ quirks: saslLoginOnly }, refusesLoginCommand)
      expect((await openAt(settingsFor(server, type))).messageCount).toBe(0)
      expect(loginsOf(server)).toEqual(['AUTHENTICATE LOGIN'])
    },
  )

  it.each(['EXAMPLE\\alice', 'example/alice', 'alice ☂'])(
    'IMAP login with AUTHENTICATE LOGIN sends the user name %s unchanged',
    async (name) => {
      const server = await serverWith(
        { quirks: saslLoginOnly, users: [{ name, password: user.password }] },
        refusesLoginCommand,
      )
      const credential = { method: 'password', username: name, password: user.password } as const
      expect((await openAt(settingsFor(server, 'IMAPS', { credential }))).messageCount).toBe(0)
    },
  )

  it('IMAP login with AUTHENTICATE LOGIN reports a wrong password as credentials-rejected', async () => {
    const server = await serverWith({ quirks: saslLoginOnly })
    const credential = { method: 'password', username: 'bob', password: user.password } as const
    expect((await failureOf(openAt(settingsFor(server, 'IMAPS', { credential })))).code).toBe('credentials-rejected')
  })

  it('IMAP login prefers AUTHENTICATE PLAIN to AUTHENTICATE LOGIN', async () => {
    const server = await serverWith({ quirks: { ...saslLoginOnly, without: [] } }, refusesLoginCommand)
    await openAt(settingsFor(server, 'IMAPS'))
    expect(loginsOf(server)).toEqual(['AUTHENTICATE PLAIN'])
  })
})

describe('an IMAP server that greets with PREAUTH', () => {
  const preauth = { quirks: { preauthAs: user.name } }
  const password = { method: 'password', username: user.name, password: user.password } as const
  const token = { method: 'oauth2', username: user.name, accessToken: 'a-token-that-nobody-asked-for' } as const
  const cases: ReadonlyArray<[AccountType, typeof password | typeof token, string]> = [
    ['IMAP', password, 'login-not-asked'],
    ['IMAPS', password, 'login-not-asked'],
    // The server can no longer start TLS (RFC 9051 section 6.2.1), but the type requires it.
    ['IMAPTLS', password, 'starttls-not-offered'],
    ['IMAPS', token, 'login-not-asked'],
  ]

  it.each(cases)(
    'IMAP login rejects a PREAUTH greeting and does not open the folder (%s, %o)',
    async (type, credential, code) => {
      const server = await serverWith(preauth)
      server.user(user.name).inbox.append('Subject: of another user\r\n\r\n')
      const settings = settingsFor(server, type, { credential })
      expect((await failureOf(openAt(settings))).code).toBe(code)
      expect(server.commandNames().filter((name) => /SELECT|FETCH|LOGIN|AUTH/.test(name))).toEqual([])
      await expect.poll(() => server.openSessions).toBe(0)
    },
  )

  it.each(['IMAP', 'IMAPS'] as const)(
    'a connection test fails at the login step if the server greets with PREAUTH (%s)',
    async (type) => {
      const server = await serverWith(preauth)
      const failed = failedStep(await probe(settingsFor(server, type)))
      expect(failed).toMatchObject({
        step: 'login',
        code: 'login-not-asked',
        remedy: expect.stringContaining('asks for a user name and password'),
      })
      expect(server.commandNames()).not.toContain('EXAMINE')
    },
  )
})
