import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { AccessRequest } from '../../local/policies/access-request.ts'
import type { Caller } from '../../local/policies/policy-check.ts'
import { requestsOf } from '../../local/policies/requests/requests-of.ts'
import type { ServiceCall } from '../../local/start-local.ts'
import { judge } from '../local/policies/support/judge.ts'
import { productPolicies } from '../local/policies/support/product-policies.ts'
import { type MailServer, startMailServer } from '../mail-server/server.ts'
import { takesTokensOf } from '../mail-server/token-faults.ts'
import { type OAuth2Server, startOAuth2Server } from '../oauth2-server/server.ts'
import { assembly, assemblyLimitMs } from '../support/assembly.ts'
import { OAuth2Stack } from '../support/oauth2-stack.ts'

const desk = { email: 'desk@example.com', password: 'desk’s own password' }

let server: OAuth2Server
let mail: MailServer
let world: OAuth2Stack
let product: ReturnType<typeof productPolicies>
const seen: ServiceCall[] = []
let requests: { readonly caller: Caller; readonly request: AccessRequest }[]

beforeAll(async () => {
  await assembly()
  server = await startOAuth2Server({ users: [desk], policy: { onRefresh: 'rotate' } })
  mail = await startMailServer({
    users: [{ name: desk.email, password: 'not used' }],
    quirks: { tokenMechanisms: ['XOAUTH2'] },
    faults: [takesTokensOf(server)],
  })
  world = await OAuth2Stack.start({
    server,
    mail,
    onServiceCall: (call) => {
      seen.push(call)
    },
  })
  await wholeLife()
  product = productPolicies()
  requests = seen.flatMap((call) => {
    const caller = product.callers.find(({ id }) => id === call.accessKeyId)
    return caller === undefined ? [] : requestsOf(call, product.surroundings).map((request) => ({ caller, request }))
  })
}, assemblyLimitMs)
afterAll(async () => {
  await world?.[Symbol.asyncDispose]()
  await mail?.stop()
  await server?.stop()
})

/**
 * Performs a consent, a fetch with a token that the mail server refuses once, a connection test, a doctor run, a tick,
 * a change and the deletion.
 */
const wholeLife = async () => {
  const { api } = world
  const { accountId } = await world.createAccount('IMAPS', desk.email)
  await world.connect(accountId, desk)
  const refused = new Set<string>()
  const refuseOnce = (token: string) => {
    if (refused.size > 0) return undefined
    refused.add(token)
    return { challenges: [{ status: '401' }], text: 'refused once' }
  }
  mail.faults = [{ onToken: (_, { token }) => refuseOnce(token) }, takesTokensOf(server)]
  await world.fetch(accountId)
  await api.good('POST', `/accounts/${accountId}/test`)
  await api.good('POST', `/accounts/${accountId}/oauth2/doctor`)
  await world.stack.tick()
  await api.good('GET', '/audit')
  await api.good('GET', '/overview')
  await api.good('GET', '/account-summaries')
  await api.good('DELETE', `/accounts/${accountId}`, { ifMatch: '*' })
}

describe('requests that the bundles send', () => {
  it('an independent implementation of IAM allows all of the requests to the same roles', async () => {
    expect(requests.length).toBeGreaterThan(200)
    const denied: string[] = []
    for (const { caller, request } of requests)
      if (!(await judge(product, caller, request))) denied.push(`${caller.id} ${JSON.stringify(request)}`)
    expect(denied).toEqual([])
  })

  it('no write request asks for the values of a row', () => {
    const bodies = seen.filter(({ service }) => service === 'dynamodb').map(({ body }) => body.toString())
    expect(bodies.length).toBeGreaterThan(50)
    expect(bodies.filter((body) => body.includes('ReturnValues'))).toEqual([])
  })

  it('the callback creates a consent’s data key and never decrypts, and every function that refreshes tokens reuses the key', () => {
    const ofKey = requests.filter(({ request }) => request.keys['kms:ViaService'] === undefined)
    const kms = (name: string) =>
      ofKey
        .filter(({ caller, request }) => caller.id.startsWith(name) && request.action.startsWith('kms:'))
        .map(({ request }) => request)
    expect(kms('ApiOauth2Callback')).toEqual([
      {
        action: 'kms:GenerateDataKey',
        resource: expect.stringContaining(':key/EncryptionKey'),
        keys: {
          'kms:EncryptionContextKeys': ['postmaster:account'],
          'kms:EncryptionContext:postmaster:account': expect.stringMatching(/^[0-9A-Z]{26}$/),
        },
      },
    ])
    for (const name of ['FetchingFunction', 'ApiConnectionTest', 'ApiOauth2Doctor']) {
      const actions = new Set(kms(name).map(({ action }) => action))
      expect({ name, actions }).toEqual({ name, actions: new Set(['kms:Decrypt']) })
    }
    expect(server.tokenRequests.filter(({ grantType }) => grantType === 'refresh_token').length).toBeGreaterThan(0)
    const users = ofKey
      .filter(({ request }) => request.action.startsWith('kms:'))
      .map(({ caller }) => caller.id.slice(0, -8))
    expect([...new Set(users)].sort()).toEqual([
      'ApiConnectionTest',
      'ApiOauth2Callback',
      'ApiOauth2Doctor',
      'FetchingFunction',
    ])
  })
})
