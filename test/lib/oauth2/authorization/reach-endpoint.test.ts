import { describe, expect, it } from 'vitest'
import { reachEndpoint } from '../../../../lib/oauth2/authorization/reach-endpoint.ts'
import { createCertificates } from '../../../mail-server/certificates.ts'
import { dripping, html, noHttp, redirectTo, reset, silent } from '../../../oauth2-server/scripted-answers.ts'
import { never, openRules, refusalOf, scripted } from './asking.ts'

const authority = await createCertificates()

describe('reachEndpoint', () => {
  it('reachEndpoint returns address, TLS version and status, and sends no data', async () => {
    const server = await scripted({ authority })
    server.otherwise = html(405)
    const reach = reachEndpoint(openRules, 5_000, { customCa: authority.caPem })
    expect(await reach(server.tokenEndpoint, never)).toEqual({ address: '127.0.0.1', tls: 'TLSv1.3', status: 405 })
    expect(server.requests).toMatchObject([{ method: 'GET', path: '/token', parameters: {} }])
    await expect.poll(() => server.openConnections).toBe(0)
  })

  it.each([
    ['a redirect', redirectTo('https://elsewhere.example/'), 302],
    ['a broken server', html(500), 500],
    ['an endless response', dripping(20), 200],
  ])('reachEndpoint accepts %s as a response', async (_, answer, status) => {
    const server = await scripted()
    server.otherwise = answer
    expect(await reachEndpoint(openRules, 5_000)(server.url, never)).toEqual({ address: '127.0.0.1', status })
    await expect.poll(() => server.openConnections).toBe(0)
  })

  it.each([
    ['silence', silent, 'no-answer-in-time'],
    ['a reset', reset, 'connection-lost'],
    ['a response that is not HTTP', noHttp, 'no-http'],
  ])('reachEndpoint does not accept %s as a response', async (_, answer, error) => {
    const server = await scripted()
    server.otherwise = answer
    expect(await refusalOf(reachEndpoint(openRules, 700)(server.url, never))).toMatchObject({ error })
    await expect.poll(() => server.openConnections).toBe(0)
  })

  it('reachEndpoint follows the endpoint rules', async () => {
    const server = await scripted()
    const rules = { allowPrivateAddresses: false, allowClearTextOnLoopback: true }
    expect(await refusalOf(reachEndpoint(rules, 700)(server.url, never))).toMatchObject({
      error: 'address-not-allowed',
    })
    expect(await refusalOf(reachEndpoint(openRules, 700)('http://login.example/', never))).toMatchObject({
      error: 'endpoint-not-encrypted',
    })
    expect(server.requests).toEqual([])
  })

  it('reachEndpoint ends when its signal is aborted', async () => {
    const server = await scripted()
    server.otherwise = silent
    const controller = new AbortController()
    const reached = refusalOf(reachEndpoint(openRules, 20_000)(server.url, controller.signal))
    await server.received(1)
    controller.abort()
    expect(await reached).toMatchObject({ kind: 'unreachable' })
  })
})
