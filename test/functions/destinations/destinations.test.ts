import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { HttpHandler } from '../../../functions/shared/http/http-function.ts'
import { DynamoCircuits } from '../../../lib/handover/circuits/dynamo-circuits.ts'
import { DynamoDestinations } from '../../../lib/handover/destinations/destination-store.ts'
import { DynamoDestinationTokens } from '../../../lib/handover/destinations/destination-tokens.ts'
import { SecretsManagerDestinationSecrets } from '../../../lib/handover/destinations/secrets/destination-secrets.ts'
import { SecretsManagerSecretStore } from '../../../lib/secrets/secrets-manager-secret-store.ts'
import { startTables, type TestTables } from '../../support/dynamo.ts'
import { functionEnvironment } from '../../support/function-environment.ts'
import { signingSecretOf, webhookInput } from '../../support/handover/destination-world.ts'
import { callHttp, type RequestSketch, readerClaims } from '../../support/http-event.ts'
import { startSecrets, type TestSecrets, testDeployment, testSecretPrefix } from '../../support/secrets.ts'

let tables: TestTables
let secrets: TestSecrets
let handler: HttpHandler
beforeAll(async () => {
  ;[tables, secrets] = await Promise.all([startTables(), startSecrets()])
  const more = {
    ...secrets.environment,
    SECRET_NAME_PREFIX: testSecretPrefix,
    DEPLOYMENT_ID: testDeployment,
    ALLOW_PRIVATE_ADDRESSES: 'false',
    ALLOW_CLEAR_TEXT_ON_LOOPBACK: 'false',
    EXTRA_WEBHOOK_PORTS: '',
  }
  Object.assign(process.env, await functionEnvironment(tables, more))
  handler = (await import('../../../functions/destinations/index.ts')).handler
})
afterAll(async () => {
  await Promise.all([tables.stop(), secrets.stop()])
})
beforeEach(() => tables.clear())

const call = async (method: string, path: string, more: Partial<RequestSketch> = {}) =>
  await callHttp(handler, { method, path, ...more })
const ifMatch = (version: string) => ({ headers: { 'if-match': version } })

describe('destinations over HTTP', () => {
  test('a webhook can be created, read, listed, replaced, patched and deleted over HTTP, and its secrets are in the store only', async () => {
    const auth = { kind: 'header', header: 'x-api-key', value: 'hunter2-one' }
    const made = await call('POST', '/destinations', { body: webhookInput({}, { auth }) })
    const { destinationId } = made.body
    const path = `/destinations/${destinationId}`
    expect(made).toMatchObject({ status: 201, headers: { etag: '"1"', location: path } })
    const read = await call('GET', path)
    expect(read).toMatchObject({ status: 200, headers: { etag: '"1"' }, body: made.body })
    const { signingSecret: _, ...webhook } = webhookInput().webhook
    const put = await call('PUT', path, {
      body: webhookInput({ name: 'New' }, { ...webhook, signingSecret: undefined }),
      ...ifMatch('"1"'),
    })
    expect(put).toMatchObject({ status: 200, headers: { etag: '"2"' }, body: { name: 'New' } })
    expect(put.body.webhook.auth).toBeUndefined()
    const rotated = { webhook: { signingSecret: signingSecretOf(32, 2) } }
    const patched = await call('PATCH', path, { body: rotated, ...ifMatch('"2"') })
    expect(patched).toMatchObject({
      status: 200,
      headers: { etag: '"3"' },
      body: { previousSecretUntil: expect.any(String) },
    })
    const listed = await call('GET', '/destinations')
    expect(listed.body.items).toEqual([patched.body])
    expect(await call('PATCH', path, { body: rotated, ...ifMatch('*') })).toMatchObject({
      status: 409,
      body: { type: expect.stringContaining('rotation-under-way') },
    })

    const store = new SecretsManagerSecretStore(secrets.client, 'destination', {
      prefix: testSecretPrefix,
      deployment: testDeployment,
    })
    const stored = await new DynamoDestinations(tables.table('handover')).read(destinationId)
    if (!stored) throw new Error('The destination is not stored')
    const keys = await new SecretsManagerDestinationSecrets(store).signingKeys(stored, new Date())
    expect(keys.map((key) => key[0])).toEqual([2, 1])
    expect(JSON.stringify([made, read, put, patched, listed, stored])).not.toMatch(/hunter2|whsec_/)

    expect((await call('DELETE', path, ifMatch('"2"'))).status).toBe(412)
    expect((await call('DELETE', path, ifMatch('"3"'))).status).toBe(204)
    expect((await call('GET', path)).status).toBe(404)
    expect(await new SecretsManagerDestinationSecrets(store).signingKeys(stored, new Date())).toEqual([])
  })

  test('a token is shown once over HTTP, and is refused after it was revoked', async () => {
    const { body } = await call('POST', '/destinations', { body: { name: 'OTOBO', kind: 'pull' } })
    const path = `/destinations/${body.destinationId}/tokens`
    const made = await call('POST', path, { body: { comment: 'agent' } })
    expect(made).toMatchObject({ status: 201, body: { comment: 'agent', token: expect.stringMatching(/^pmt_/) } })
    const listed = await call('GET', path)
    expect(listed.body.items).toMatchObject([{ tokenId: made.body.tokenId }])
    expect(JSON.stringify(listed)).not.toContain(made.body.token)
    const tokens = new DynamoDestinationTokens(tables.table('handover'))
    expect(await tokens.find(made.body.token)).toBeDefined()
    expect((await call('DELETE', `${path}/${made.body.tokenId}`)).status).toBe(204)
    expect(await tokens.find(made.body.token)).toBeUndefined()
    expect((await call('DELETE', `${path}/${made.body.tokenId}`)).status).toBe(404)
  })

  test('a destination that fails says since when, why, and when Postmaster tries again', async () => {
    const { body } = await call('POST', '/destinations', { body: { name: 'OTOBO', kind: 'pull' } })
    const at = '2026-03-01T10:00:00.000Z'
    const reason = { code: 'exit-75', detail: 'The command ended with code 75.', remedy: 'Start the ticket system.' }
    await new DynamoCircuits(tables.table('handover')).open(body.destinationId, reason, at, false)
    const { status } = (await call('GET', `/destinations/${body.destinationId}`)).body
    expect(status).toMatchObject({ state: 'failing', failingSince: at, nextProbeAt: expect.any(String), reason })
  })

  test('a reader can read destinations but cannot change them or create tokens', async () => {
    const { body } = await call('POST', '/destinations', { body: { name: 'OTOBO', kind: 'pull' } })
    const path = `/destinations/${body.destinationId}`
    expect((await call('GET', path, { claims: readerClaims })).status).toBe(200)
    expect((await call('GET', `${path}/tokens`, { claims: readerClaims })).status).toBe(200)
    for (const [method, at, more] of [
      ['POST', '/destinations', { body: { name: 'x', kind: 'pull' } }],
      ['PATCH', path, { body: { comment: 'x' }, ...ifMatch('*') }],
      ['DELETE', path, ifMatch('*')],
      ['POST', `${path}/tokens`, { body: {} }],
    ] as const)
      expect((await call(method, at, { ...more, claims: readerClaims })).status).toBe(403)
  })
})
