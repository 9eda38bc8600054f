import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'
import type { HttpHandler } from '../../../functions/shared/http/http-function.ts'
import { AccountStore } from '../../../lib/accounts/store/account-store.ts'
import { refuse } from '../../mail-server/faults.ts'
import { type MailServer, startMailServer } from '../../mail-server/server.ts'
import { account } from '../../support/account-rows.ts'
import { captureOutput } from '../../support/captured-output.ts'
import { startTables, type TestTables } from '../../support/dynamo.ts'
import { functionEnvironment } from '../../support/function-environment.ts'
import { callHttp, type RequestSketch, readerClaims } from '../../support/http-event.ts'
import { startSecrets, type TestSecrets, testSecretPrefix } from '../../support/secrets.ts'

const stored = 'stored-password-in-no-answer'
const typed = 'typed-password-in-no-answer'

let tables: TestTables
let secrets: TestSecrets
let server: MailServer
let elsewhere: MailServer
let storedHandler: HttpHandler
let unsavedHandler: HttpHandler
let accountId: string
let written: string[] = []

beforeAll(async () => {
  const users = [
    { name: 'desk', password: stored, folders: ['Support'] },
    { name: 'other', password: typed },
  ]
  ;[tables, secrets, server, elsewhere] = await Promise.all([
    startTables(),
    startSecrets(),
    startMailServer({ users }),
    startMailServer({ users }),
  ])
  const ports = [server, elsewhere].flatMap(({ ports }) => Object.values(ports))
  const environment = await functionEnvironment(tables, {
    ...secrets.environment,
    SECRET_NAME_PREFIX: testSecretPrefix,
    ENCRYPTION_KEY_ARN: 'no-token-is-needed',
    ALLOW_PRIVATE_ADDRESSES: 'true',
    ALLOW_CLEAR_TEXT_ON_LOOPBACK: 'false',
    EXTRA_MAIL_PORTS: ports.join(','),
    POWERTOOLS_LOG_LEVEL: 'DEBUG',
    POWERTOOLS_LOGGER_LOG_EVENT: 'true',
  })
  for (const [name, value] of Object.entries(environment)) vi.stubEnv(name, value)
  written = captureOutput()
  ;({ handler: storedHandler } = await import('../../../functions/connection-test/index.ts'))
  ;({ handler: unsavedHandler } = await import('../../../functions/unsaved-test/index.ts'))
  const row = account({
    type: 'IMAPTLS',
    host: 'localhost',
    port: server.port('IMAPTLS'),
    username: 'desk',
    customCa: server.caPem,
  })
  accountId = row.accountId
  const secretVersion = await secrets.store.put(accountId, stored)
  await new AccountStore(tables.table('accounts')).create({
    ...row,
    credential: { method: 'password', secretVersion },
  })
})
beforeEach(() => {
  for (const one of [server, elsewhere]) {
    one.faults = []
    one.transcript.length = 0
  }
})
afterAll(async () => {
  vi.restoreAllMocks()
  vi.unstubAllEnvs()
  await Promise.all([tables.stop(), secrets.stop(), server.stop(), elsewhere.stop()])
})

const call = async (sketch: RequestSketch) => {
  const answer = await callHttp(sketch.path === '/connection-test' ? unsavedHandler : storedHandler, sketch)
  const everything = `${JSON.stringify(answer)}${written.join('')}`
  for (const secret of [stored, typed]) expect(everything).not.toContain(secret)
  return answer
}
const testStored = (id = accountId, claims?: Record<string, unknown>) =>
  call({ method: 'POST', path: `/accounts/${id}/test`, params: { accountId: id }, ...(claims && { claims }) })
const bodyOf = (fields: Record<string, unknown>) => ({
  type: 'IMAPTLS',
  authentication: 'password',
  username: 'desk',
  host: 'localhost',
  port: server.port('IMAPTLS'),
  customCa: server.caPem,
  ...fields,
})
const testBody = (fields: Record<string, unknown> = {}) =>
  call({ method: 'POST', path: '/connection-test', body: bodyOf(fields) })
const testChange = (id: string, fields: Record<string, unknown> = {}) =>
  call({ method: 'POST', path: `/accounts/${id}/test`, params: { accountId: id }, body: bodyOf(fields) })

describe('POST /accounts/{accountId}/test', () => {
  it('a test of a stored account leaves one audit line with the person’s sub, and no password', async () => {
    written.length = 0
    await callHttp(storedHandler, { method: 'POST', path: `/accounts/${accountId}/test` })
    const lines = written
      .join('')
      .split('\n')
      .filter((line) => line.includes('"audit":true'))
    expect(lines.map((line) => JSON.parse(line))).toMatchObject([
      { action: 'test-account', sub: 'sub-admin', accountId },
    ])
    expect(written.join('')).not.toContain(stored)
  })

  it('tests with the stored password and shows what waits', async () => {
    server
      .user('desk')
      .inbox.append('Subject: hello\r\n\r\nbody\r\n', { internalDate: new Date('2025-05-05T05:05:05Z') })
    const { status, body } = await testStored()
    expect(status).toBe(200)
    expect(body).toMatchObject({ passed: true, waiting: { count: 1, oldestAt: '2025-05-05T05:05:05.000Z' } })
    expect(body.folders).toHaveLength(2)
    expect(server.commandNames()).not.toContain('SELECT')
  })

  it('answers 200 with cause and remedy when it fails', async () => {
    server.faults = [refuse('LOGIN', { code: 'AUTHENTICATIONFAILED', text: `not ${stored}` })]
    const { status, body } = await testStored()
    expect(status).toBe(200)
    expect(body.passed).toBe(false)
    expect(body.steps.find(({ state }: { state: string }) => state === 'failed')).toMatchObject({
      step: 'login',
      code: 'credentials-rejected',
    })
  })

  it('says that a password is missing, and tries all that comes before it', async () => {
    const row = account({ host: 'localhost', port: server.port('IMAPS'), customCa: server.caPem })
    await new AccountStore(tables.table('accounts')).create(row)
    const { body } = await testStored(row.accountId)
    expect(body.steps.map(({ step, state, code }: Record<string, string>) => [step, state, code]).slice(3, 5)).toEqual([
      ['tls', 'passed', undefined],
      ['login', 'failed', 'credential-missing'],
    ])
    expect(server.transcript).toEqual([])
  })

  it('knows accounts only, and admins only', async () => {
    expect((await testStored('nobody')).status).toBe(404)
    expect((await testStored(accountId, readerClaims)).status).toBe(403)
  })
})

describe('POST /connection-test', () => {
  it('tests an account that is not saved', async () => {
    const { status, body } = await testBody({
      username: 'other',
      password: typed,
      type: 'POP3S',
      port: server.port('POP3S'),
    })
    expect(status).toBe(200)
    expect(body).toMatchObject({ passed: true, waiting: { count: 0 } })
    const [testId = '', nonce = ''] = String(body.receipt).split('.')
    const row = await tables.table('connectionTests').get(testId)
    expect(row).toMatchObject({ testId, waiting: { count: 0 } })
    for (const secret of [typed, nonce]) expect(JSON.stringify(row)).not.toContain(secret)
  })

  it('of a stored account uses the stored password of the account if the host is the same', async () => {
    expect((await testChange(accountId, { folder: 'Suport' })).body.steps[5]).toMatchObject({
      code: 'folder-missing',
      facts: { nearest: ['Support'] },
    })
    const passed = await testChange(accountId, { folder: 'Support' })
    expect(passed.body.passed).toBe(true)
    expect(passed.body).not.toHaveProperty('receipt')
  })

  it.each([
    ['another host', { host: '127.0.0.1' }],
    ['a type that does not encrypt', { type: 'IMAP' }],
  ])('sends a stored password to %s only when it is typed again', async (_, change) => {
    const refused = await testChange(accountId, change)
    expect(refused.status).toBe(400)
    expect(refused.body.errors).toEqual([{ path: '/password', message: expect.stringContaining('is required again') }])
    expect(server.transcript).toEqual([])
    expect((await testChange(accountId, { ...change, password: stored })).body.passed).toBe(true)
  })

  it('gives no receipt for a test that failed', async () => {
    server.faults = [refuse('LOGIN')]
    const { body } = await testBody({ password: stored })
    expect(body.passed).toBe(false)
    expect(body).not.toHaveProperty('receipt')
  })

  it('names every wrong field, and needs a password for a new account', async () => {
    const { status, body } = await testBody({ port: 0, colour: 'red' })
    expect(status).toBe(400)
    expect(body.errors.map(({ path }: { path: string }) => path).sort()).toEqual(['/colour', '/password', '/port'])
  })

  it('does not use stored accounts: it refuses an account id and a missing password', async () => {
    const { status, body } = await testBody({ accountId })
    expect(status).toBe(400)
    expect(body.errors.map(({ path }: { path: string }) => path).sort()).toEqual(['/accountId', '/password'])
    expect(server.transcript).toEqual([])
    expect((await testChange('nobody')).status).toBe(404)
  })
})
