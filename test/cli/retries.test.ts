import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { describe, expect, it } from 'vitest'
import * as z from 'zod'
import { ApiClient } from '../../cli/api/client.ts'
import { followRuns } from '../../cli/fetch/follow-runs.ts'
import { queuedRun } from '../../lib/runs/run.ts'

type Answer = (request: IncomingMessage, response: ServerResponse) => void

const ok: Answer = (_, response) => void response.end('{"ok":true}')
const refusal =
  (status: number, headers: Record<string, string> = {}): Answer =>
  (_, response) =>
    void response.writeHead(status, headers).end('{"message":"Too Many Requests"}')
const drop: Answer = (request) => void request.socket.destroy()

/** An API that gives these responses in order and repeats the last one. */
const scriptedApi = async (...answers: Answer[]) => {
  const asked: Array<{ method: string; at: number }> = []
  const server = createServer((request, response) => {
    asked.push({ method: request.method ?? '', at: performance.now() })
    const answer = answers[Math.min(asked.length, answers.length) - 1]
    answer?.(request, response)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  return {
    asked,
    url: `http://127.0.0.1:${port}`,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

const answer = z.object({ ok: z.boolean() })
const clientOf = (url: string, pauses = [10, 20, 40]) => new ApiClient({ url, token: 'token' }, { pauses })

describe('requests of the command line', () => {
  it.each([429, 502, 503, 504])('a request is repeated after status %i with growing pauses', async (status) => {
    await using api = await scriptedApi(refusal(status), refusal(status), refusal(status), ok)
    expect(await clientOf(api.url).get('/runs/1', answer)).toEqual({ ok: true })
    const [first = 0, second = 0, third = 0, fourth = 0] = api.asked.map(({ at }) => at)
    expect(second - first).toBeGreaterThanOrEqual(9)
    expect(third - second).toBeGreaterThanOrEqual(19)
    expect(fourth - third).toBeGreaterThanOrEqual(39)
  })

  it('a request is repeated only after the time in Retry-After', async () => {
    await using api = await scriptedApi(refusal(429, { 'retry-after': '1' }), ok)
    await clientOf(api.url).get('/runs/1', answer)
    expect((api.asked[1]?.at ?? 0) - (api.asked[0]?.at ?? 0)).toBeGreaterThanOrEqual(990)
  })

  it('a request is not repeated if Retry-After is an hour', async () => {
    await using api = await scriptedApi(refusal(503, { 'retry-after': '3600' }), ok)
    await expect(clientOf(api.url).get('/runs/1', answer)).rejects.toThrow('503')
    expect(api.asked).toHaveLength(1)
  })

  it('a request fails with the API’s last error if every attempt fails', async () => {
    await using api = await scriptedApi(refusal(429))
    await expect(clientOf(api.url).get('/runs/1', answer)).rejects.toThrow('429')
    expect(api.asked).toHaveLength(4)
  })

  it('a request is repeated after a broken connection', async () => {
    await using api = await scriptedApi(ok, drop, drop, ok)
    const client = clientOf(api.url)
    await client.get('/accounts', answer)
    expect(await client.get('/runs/1', answer)).toEqual({ ok: true })
  })

  it('a request fails immediately if the API has never responded', async () => {
    await using api = await scriptedApi(drop)
    await expect(clientOf(api.url, [5_000]).get('/runs/1', answer)).rejects.toMatchObject({ exitCode: 3 })
  })

  it.each([400, 401, 403, 404, 409, 500])('a request is not repeated after status %i', async (status) => {
    await using api = await scriptedApi(refusal(status), ok)
    await expect(clientOf(api.url).get('/runs/1', answer)).rejects.toThrow()
    expect(api.asked).toHaveLength(1)
  })

  it('a request that changes something is not repeated', async () => {
    await using api = await scriptedApi(refusal(503), ok)
    await expect(clientOf(api.url).post('/fetch', {}, answer)).rejects.toThrow('503')
    expect(api.asked).toHaveLength(1)
  })
})

describe('progress of many runs', () => {
  it('following 400 runs stays below the API’s rate limit and succeeds even if every fifth request is throttled', async () => {
    let together = 0
    let most = 0
    let count = 0
    await using api = await scriptedApi((request, response) => {
      together += 1
      most = Math.max(most, together)
      count += 1
      const refused = count % 5 === 0
      setTimeout(() => {
        together -= 1
        if (refused) refusal(429)(request, response)
        else response.end(JSON.stringify(runWith(request.url?.split('/').at(-1) ?? '')))
      }, 2)
    })
    const ids = Array.from({ length: 400 }, (_, index) => `run-${index}`)
    const began = performance.now()
    const runs = await followRuns(clientOf(api.url), ids, 60_000, () => undefined)
    const perSecond = count / ((performance.now() - began) / 1000)
    expect(runs.map(({ runId }) => runId)).toEqual(ids)
    expect(most).toBeLessThanOrEqual(10)
    expect(perSecond).toBeLessThan(60)
  })
})

const runWith = (runId: string) => ({
  ...queuedRun({
    runId,
    accountId: 'account-1',
    trigger: 'request',
    askedAt: '2026-06-01T12:00:00.000Z',
    askedBy: 'ann',
  }),
  state: 'done',
})
