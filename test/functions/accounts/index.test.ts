import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest'
import type { HttpHandler } from '../../../functions/shared/http/http-function.ts'
import { accountInput } from '../../support/accounts-api.ts'
import { captureOutput } from '../../support/captured-output.ts'
import { startTables, type TestTables } from '../../support/dynamo.ts'
import { functionEnvironment } from '../../support/function-environment.ts'
import { callHttp, type RequestSketch } from '../../support/http-event.ts'
import { startSecrets, type TestSecrets, testDeployment, testSecretPrefix } from '../../support/secrets.ts'

const password = 'hunter2-in-no-log'

let tables: TestTables
let secrets: TestSecrets
let handler: HttpHandler
let written: string[] = []
const everything = () => written.join('')

beforeAll(async () => {
  ;[tables, secrets] = await Promise.all([startTables(), startSecrets()])
  const environment = await functionEnvironment(tables, {
    ...secrets.environment,
    // Nothing listens at this address. Accounts are saved anyway.
    AWS_ENDPOINT_URL_SQS: 'http://127.0.0.1:9',
    FETCH_QUEUE_URL: 'http://127.0.0.1:9/000000000000/fetch.fifo',
    ALLOW_CLEAR_TEXT_ON_LOOPBACK: 'false',
    SECRET_NAME_PREFIX: testSecretPrefix,
    DEPLOYMENT_ID: testDeployment,
    // The most detailed logging that an operator can configure.
    POWERTOOLS_LOG_LEVEL: 'DEBUG',
    POWERTOOLS_LOGGER_LOG_EVENT: 'true',
  })
  for (const [name, value] of Object.entries(environment)) vi.stubEnv(name, value)
  written = captureOutput()
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
