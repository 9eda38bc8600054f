import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { smallMessages } from '../mail-server/corpus.ts'
import { refuse } from '../mail-server/faults.ts'
import { type MailServer, startMailServer } from '../mail-server/server.ts'
import { assembly, assemblyLimitMs } from '../support/assembly.ts'
import { SpawnedStack } from '../support/spawned-stack.ts'
import { accountOn, startStack } from '../support/stack.ts'
import { secretsIn, tablesText, writtenFiles } from '../support/written-secrets.ts'

/**
 * Each is as long and unusual as a real password, so that it is never found by accident and every encoding of it
 * differs.
 */
const passwords = {
  first: 'First-Pässwörd+/?&%1 "quoted" 7f3a',
  second: 'Second-Password:with=signs&and+plus 9c41',
  wrong: 'Wrong-Password/never~accepted 5e27',
  malformed: 'Malformed-Body-Password 1b83',
  misplaced: 'Misplaced-Field-Password 6d90',
  unsupported: 'Unsupported-Type-Password 2a64',
  tooLarge: 'Too-Large-Body-Password 8e15',
  echoed: 'Echoed-By-The-Server-Password 4c72',
  echoedByPop3: 'Echoed-By-Pop3-Password 3d58',
} as const
const users = ['imap-user', 'pop3-user', 'wrong-user', 'echo-user', 'echo-pop3-user']

const data = mkdtempSync(join(tmpdir(), 'postmaster-secrets-'))
let server: MailServer
let echoing: MailServer

beforeAll(async () => {
  await assembly()
  server = await startMailServer({ users: users.map((name) => ({ name, password: passwords.first })) })
  echoing = await startMailServer({ users: users.map((name) => ({ name, password: 'another' })) })
  const sasl = (user: string, password: string) => Buffer.from(`\0${user}\0${password}`).toString('base64')
  echoing.faults = [
    {
      onCommand: (session, { name }) =>
        ['LOGIN', 'AUTHENTICATE', 'PASS', 'AUTH'].includes(name)
          ? {
              reply:
                session.protocol === 'imap'
                  ? `{tag} NO [AUTHENTICATIONFAILED] no ${passwords.echoed} ${sasl('echo-user', passwords.echoed)}`
                  : `-ERR [AUTH] no ${passwords.echoedByPop3} ${sasl('echo-pop3-user', passwords.echoedByPop3)}`,
            }
          : undefined,
    },
  ]
}, assemblyLimitMs)

afterAll(async () => {
  await server?.stop()
  await echoing?.stop()
  rmSync(data, { recursive: true, force: true })
})

/**
 * A complete run with every situation in which a secret could be written down.
 * @returns the output, the responses, and the token
 */
const fullRun = async () => {
  await using stack = await SpawnedStack.start(data, [server, echoing])
  const { api } = stack
  for (const user of ['imap-user', 'pop3-user'])
    server.user(user).inbox.appendAll(smallMessages(4, { seed: user.length }))
  const settings = accountOn(server, 'IMAPS', 'imap-user')
  const imap = await api.createAccount({ ...settings, password: passwords.first })
  const pop3 = await api.createAccount({ ...accountOn(server, 'POP3TLS', 'pop3-user'), password: passwords.first })
  const wrong = await api.createAccount({ ...accountOn(server, 'IMAPTLS', 'wrong-user'), password: passwords.wrong })
  const echo = await api.createAccount({ ...accountOn(echoing, 'IMAPS', 'echo-user'), password: passwords.echoed })
  const echoPop3 = { ...accountOn(echoing, 'POP3S', 'echo-pop3-user'), password: passwords.echoedByPop3 }
  const echo3 = await api.createAccount(echoPop3)

  const refused = [
    await api.send('POST', '/accounts', { rawBody: `{"password":"${passwords.malformed}", "host":` }),
    await api.send('POST', '/accounts', {
      rawBody: `{"password":"${passwords.malformed}"}`,
      contentType: 'text/plain',
    }),
    await api.send('POST', '/accounts', { body: { ...settings, password: passwords.misplaced } }),
    await api.send('POST', '/accounts', {
      body: { ...settings, authentication: passwords.misplaced, type: passwords.misplaced },
    }),
    await api.send('POST', '/accounts', {
      body: {
        ...settings,
        authentication: 'password',
        [passwords.misplaced.slice(0, 9)]: passwords.misplaced,
        password: [passwords.misplaced],
      },
    }),
    await api.send('POST', '/accounts', {
      body: { ...settings, authentication: 'password', password: `${passwords.misplaced}\r\n` },
    }),
    await api.send('PATCH', `/accounts/${imap.accountId}`, {
      body: { password: { value: passwords.misplaced } },
      ifMatch: '*',
    }),
    await api.send('PUT', `/accounts/${imap.accountId}`, {
      rawBody: Buffer.from(passwords.unsupported),
      contentType: 'application/octet-stream',
      ifMatch: '*',
    }),
    await api.send('POST', '/accounts', { body: { password: passwords.tooLarge, comment: 'x'.repeat(300_000) } }),
    await api.send('POST', '/accounts', {
      body: { ...settings, authentication: 'password', password: passwords.first },
    }),
  ]
  for (const { status, text } of refused) expect(status, text).toBeGreaterThanOrEqual(400)
  for (const { status, text } of refused) expect(status, text).toBeLessThan(500)

  const states = async (...ids: string[]) =>
    Promise.all(ids.map(async (id) => (await api.ended(await api.fetchNow(id))).state))
  expect(await states(imap.accountId, pop3.accountId, wrong.accountId)).toEqual(['done', 'done', 'failed'])
  expect(await states(echo.accountId, echo3.accountId)).toEqual(['failed', 'failed'])
  const echoed = (await api.account(echo.accountId)).status.lastError
  expect(echoed?.code).toBe('credentials-rejected')

  server.user('imap-user').password = passwords.second
  expect(await states(imap.accountId)).toEqual(['failed'])
  await api.good('PATCH', `/accounts/${imap.accountId}`, { body: { password: passwords.second }, ifMatch: '*' })
  server.user('imap-user').inbox.appendAll(smallMessages(2, { seed: 99 }))
  expect(await states(imap.accountId)).toEqual(['done'])
  server.faults = [refuse('*', { text: 'broken' })]
  expect(await states(pop3.accountId)).toEqual(['failed'])
  server.faults = []

  for (const path of ['/accounts', '/messages', '/queues', `/accounts/${imap.accountId}/runs`])
    await api.good('GET', path)
  expect((await api.send('DELETE', `/accounts/${pop3.accountId}`, { ifMatch: '*' })).status).toBe(204)
  await stack.stop()
  return { said: stack.said, answers: api.transcript.join('\n'), token: readFileSync(stack.tokenFile, 'utf8').trim() }
}

describe('after a full run with right, changed, wrong, misplaced and echoed passwords', () => {
  it('no secret appears in any written data except where secrets belong', { timeout: 180_000 }, async () => {
    const { said, answers, token } = await fullRun()
    const written = writtenFiles(data)
    written.set('output', Buffer.from(said)).set('answers', Buffer.from(answers))
    await using stack = await startStack({ data })
    written.set('tables', Buffer.from(await tablesText(stack)))
    // The searched material must not be empty, or the search would prove nothing.
    const logs = [...written.keys()].filter((name) => name.startsWith('logs/'))
    expect(logs.length).toBeGreaterThanOrEqual(4)
    expect(written.get('tables')?.includes('wrong-user')).toBe(true)
    expect(answers).toContain('credentials-rejected')

    const found = secretsIn(written, { ...passwords, token }, users)
    // The file of Secrets Manager contains the stored secrets, and the owner's token file contains the token. A start
    // replaces the token of the previous run.
    const allowed = new Set([
      ...['first', 'second', 'wrong', 'echoed', 'echoedByPop3'].map((name) => `${name} in secrets.json`),
      'token in token',
    ])
    expect(found.filter((one) => !allowed.has(one))).toEqual([])
    expect(found).toContain('first in secrets.json')
    for (const file of ['secrets.json', 'token', 'reader-token', 'issuer-key.json'])
      expect(statSync(join(data, file)).mode & 0o077, file).toBe(0)
  })
})
