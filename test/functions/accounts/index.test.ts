import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest'
import type { HttpHandler } from '../../../functions/shared/http/http-function.ts'
import { accountInput } from '../../support/accounts-api.ts'
import { startTables, type TestTables } from '../../support/dynamo.ts'
import { callHttp, type RequestSketch } from '../../support/http-event.ts'
import { startSecrets, type TestSecrets } from '../../support/secrets.ts'

const password = 'hunter2-in-no-log'

let tables: TestTables
let secrets: TestSecrets
let handler: HttpHandler
const written: string[] = []
const everything = () => written.join('')

beforeAll(async () => {
  ;[tables, secrets] = await Promise.all([startTables(), startSecrets()])
  const environment = {
    AWS_REGION: 'eu-central-1',
    AWS_ENDPOINT_URL_DYNAMODB: await tables.client.config
      .endpoint?.()
      .then(({ hostname, port }) => `http://${hostname}:${port}`),
    ...secrets.environment,
    ACCOUNTS_TABLE: tables.tableName('accounts'),
    AUDIT_TABLE: tables.tableName('audit'),
    MAILBOX_CLAIMS_TABLE: tables.tableName('mailboxClaims'),
    CONNECTION_TESTS_TABLE: tables.tableName('connectionTests'),
    ACCOUNT_STATUS_TABLE: tables.tableName('accountStatus'),
    DISPATCHING_TABLE: tables.tableName('dispatching'),
    OAUTH2_TABLE: tables.tableName('oauth2'),
    OAUTH_GRANTS_TABLE: tables.tableName('oauthGrants'),
    RUNS_TABLE: tables.tableName('runs'),
    // Nothing listens at this address. Accounts are saved anyway.
    AWS_ENDPOINT_URL_SQS: 'http://127.0.0.1:9',
    FETCH_QUEUE_URL: 'http://127.0.0.1:9/000000000000/fetch.fifo',
    ALLOW_CLEAR_TEXT_ON_LOOPBACK: 'false',
    SECRET_NAME_PREFIX: 'postmaster/',
    DEPLOYMENT_ID: '6f1de7a0-cc30-11f0-b1f4-02c9d1e7a4d5',
    GROUP_CLAIM: 'cognito:groups',
    READER_GROUP: 'desk-readers',
    ADMIN_GROUP: 'desk-admins',
    // The most detailed logging that an operator can configure.
    POWERTOOLS_LOG_LEVEL: 'DEBUG',
    POWERTOOLS_LOGGER_LOG_EVENT: 'true',
  }
  for (const [name, value] of Object.entries(environment)) vi.stubEnv(name, value)
  // Outside development mode, Powertools writes to these streams through its own console.
  for (const stream of [process.stdout, process.stderr])
    vi.spyOn(stream, 'write').mockImplementation((chunk) => {
      written.push(String(chunk))
      return true
    })
  for (const method of ['log', 'info', 'warn', 'error', 'debug'] as const)
    vi.spyOn(console, method).mockImplementation((...values) => {
      written.push(values.map(String).join(' '))
    })
  ;({ handler } = await import('../../../functions/accounts/index.ts'))
})
afterEach(() => {
  written.length = 0
})
afterAll(async () => {
  vi.restoreAllMocks()
  vi.unstubAllEnvs()
  await Promise.all([tables.stop(), secrets.stop()])
})

const call = (sketch: RequestSketch) => callHttp(handler, sketch)
const post = (body: unknown) => call({ method: 'POST', path: '/accounts', body })

describe('the accounts function', () => {
  it('the accounts function needs only its environment, and no response or log line contains the password', async () => {
    const created = await post(accountInput({ password }))
    expect(created.status, JSON.stringify(created.body)).toBe(201)
    const one = {
      path: created.headers.location ?? '',
      params: { accountId: created.body.accountId },
      headers: { 'if-match': '*' },
    }
    const answers = [
      created,
      await call({ ...one, method: 'GET' }),
      await call({ ...one, method: 'PATCH', body: { password: `${password}-2` } }),
      await call({ ...one, method: 'PUT', body: accountInput({ password: `${password}-3` }) }),
      await call({ method: 'GET', path: '/accounts' }),
      await post(accountInput({ password: `${password}\n` })),
      await post(accountInput({ password: [password] })),
      await post({ ...accountInput(), [`x-${password.length}`]: password }),
      await post(`{"password":"${password}", oops`),
      await post(password),
      await call({ ...one, method: 'DELETE' }),
    ]
    expect(answers.map(({ status }) => status)).toEqual([201, 200, 200, 200, 200, 400, 400, 400, 400, 400, 204])
    expect(JSON.stringify(answers)).not.toContain(password)
    expect(everything()).not.toContain(password)
    // This proves that the log is captured, because refusals are logged with their code.
    expect(everything()).toContain('malformed-json')
  })

  it('the accounts function logs no password if an AWS service fails', async () => {
    await secrets.stop()
    const answer = await post(accountInput({ password, username: 'unlucky' }))
    expect(answer.body).toMatchObject({ status: 500, code: 'internal-error', instance: 'request-1' })
    expect(everything()).toContain('request failed')
    expect(everything()).not.toContain(password)
  })
})
