import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { ServiceCall } from '../../local/start-local.ts'
import { type Permission, permissionsByFunction } from '../cdk/permissions.ts'
import { synthesised } from '../cdk/synthesised.ts'
import { type MailServer, startMailServer } from '../mail-server/server.ts'
import { takesTokensOf } from '../mail-server/token-faults.ts'
import { type OAuth2Server, startOAuth2Server } from '../oauth2-server/server.ts'
import { assembly, assemblyLimitMs } from '../support/assembly.ts'
import { callReader, type FunctionCall } from '../support/judged-calls.ts'
import { OAuth2Stack } from '../support/oauth2-stack.ts'
import { allows } from '../support/role-check.ts'

const desk = { email: 'desk@example.com', password: 'desk’s own password' }

let server: OAuth2Server
let mail: MailServer
let world: OAuth2Stack
let permissions: Map<string, Permission[]>
const seen: ServiceCall[] = []
let calls: FunctionCall[]

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
  const templates = synthesised()
  permissions = permissionsByFunction(templates)
  const read = callReader(templates, world.stack.local.resources)
  calls = seen.flatMap((call) => read(call) ?? [])
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

const of = (name: string) => calls.filter(({ by }) => by === name).flatMap(({ requests }) => requests)

describe('requests that the bundles send', () => {
  it('every function’s own role allows all of the requests that the function sends, including their conditions', () => {
    const callers = new Set(calls.map(({ by }) => by))
    for (const name of [
      'Api/Accounts',
      'Api/Oauth2Callback',
      'Api/Oauth2Doctor',
      'Api/Overview',
      'Fetching/Function',
      'Schedule/Function',
    ])
      expect([...callers]).toContain(name)
    const denied = calls.flatMap(({ by, requests }) =>
      requests
        .filter((request) => !allows(permissions.get(by) ?? [], request))
        .map(({ action, resource, keys }) => `${by} ${action} ${resource} ${JSON.stringify(keys)}`),
    )
    expect(denied).toEqual([])
  })

  it('no write request asks for the values of a row', () => {
    const bodies = seen.filter(({ service }) => service === 'dynamodb').map(({ body }) => body.toString())
    expect(bodies.length).toBeGreaterThan(50)
    expect(bodies.filter((body) => body.includes('ReturnValues'))).toEqual([])
  })

  it('the callback creates a consent’s data key and never decrypts, and every function that refreshes tokens reuses the key', () => {
    const kms = (name: string) => of(name).filter(({ action }) => action.startsWith('kms:'))
    expect(kms('Api/Oauth2Callback')).toEqual([
      {
        action: 'kms:GenerateDataKey',
        resource: 'EncryptionKey/Key',
        keys: {
          'kms:EncryptionContextKeys': ['postmaster:account'],
          'kms:EncryptionContext:postmaster:account': expect.stringMatching(/^[0-9A-Z]{26}$/),
        },
      },
    ])
    for (const name of ['Fetching/Function', 'Api/ConnectionTest', 'Api/Oauth2Doctor']) {
      const actions = new Set(kms(name).map(({ action }) => action))
      expect({ name, actions }).toEqual({ name, actions: new Set(['kms:Decrypt']) })
    }
    expect(server.tokenRequests.filter(({ grantType }) => grantType === 'refresh_token').length).toBeGreaterThan(0)
    const others = [...new Set(calls.map(({ by }) => by))].filter((name) => kms(name).length > 0)
    expect(others.sort()).toEqual(['Api/ConnectionTest', 'Api/Oauth2Callback', 'Api/Oauth2Doctor', 'Fetching/Function'])
  })
})
