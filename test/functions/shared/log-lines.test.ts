import type { Context } from 'aws-lambda'
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'
import { backgroundFunction } from '../../../functions/shared/background-function.ts'
import { jsonFunction } from '../../../functions/shared/http/http-function.ts'
import type { Log } from '../../../functions/shared/logger.ts'
import { captureOutput } from '../../support/captured-output.ts'
import { httpEvent } from '../../support/http-event.ts'

let written: string[]
let log: Log
beforeAll(async () => {
  written = captureOutput()
  const { openLog } = await import('../../../functions/shared/logger.ts')
  log = openLog('test')
})
beforeEach(() => {
  written.length = 0
})
afterAll(() => vi.restoreAllMocks())

const contextOf = (awsRequestId: string) => ({ awsRequestId, getRemainingTimeInMillis: () => 29_000 }) as Context
const lines = () =>
  written
    .join('')
    .split('\n')
    .filter((line) => line.startsWith('{'))
    .map((line) => JSON.parse(line))

describe('a log line', () => {
  it('a log line names the invocation, and whether it was the first one of its process', async () => {
    const handler = backgroundFunction(log, async () => log.info('done', { count: 1 }))
    await handler({}, contextOf('invocation-1'))
    await handler({}, contextOf('invocation-2'))
    expect(lines()).toMatchObject([
      { message: 'done', service: 'test', count: 1, lambdaRequestId: 'invocation-1', coldStart: true },
      { message: 'done', service: 'test', count: 1, lambdaRequestId: 'invocation-2', coldStart: false },
    ])
    for (const line of lines()) expect(line).not.toHaveProperty('requestId')
  })

  it('a log line of the API also names the request, as the access log does, and nothing else of the event', async () => {
    const answer = async () => {
      log.warn('something is wrong')
      return { status: 204 }
    }
    const handler = jsonFunction({ log, routes: [{ method: 'GET', path: '/me', answer }] })
    await handler(httpEvent({ method: 'GET', path: '/me', query: { q: 'secret' } }), contextOf('invocation-3'))
    expect(lines()).toMatchObject([
      { message: 'something is wrong', lambdaRequestId: 'invocation-3', requestId: 'request-1', coldStart: false },
    ])
    expect(written.join('')).not.toMatch(/secret|Bearer|authorization/i)
  })

  it('a log line of a later invocation names nothing of an earlier request', async () => {
    const handler = backgroundFunction(log, async () => log.error('failed'))
    await handler({ requestContext: 'secret' }, contextOf('invocation-4'))
    const [line] = lines()
    expect(line).toMatchObject({ message: 'failed', lambdaRequestId: 'invocation-4' })
    expect(line).not.toHaveProperty('requestId')
    expect(written.join('')).not.toContain('secret')
  })
})
