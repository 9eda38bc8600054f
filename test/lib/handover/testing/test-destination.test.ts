import { describe, expect, it } from 'vitest'
import type { Destination, DestinationToken } from '../../../../lib/handover/destinations/destination.ts'
import { destinationTestSchema } from '../../../../lib/handover/testing/destination-test.ts'
import {
  type DestinationTestServices,
  testDestination,
  testDraft,
} from '../../../../lib/handover/testing/test-destination.ts'
import { WebhookAdapter } from '../../../../lib/handover/webhook/webhook-adapter.ts'
import { raw } from '../../../oauth2-server/scripted-answers.ts'
import {
  aReceiver,
  authority,
  aWebhook,
  currentKey,
  never,
  now,
  previousKey,
  publicUrl,
  secretOf,
  secretsWith,
} from '../webhook/webhook-world.ts'

const by = { name: 'jane@example.com', sub: 'jane' }

const services = (port: number, stored?: Destination, tokens: DestinationToken[] = []): DestinationTestServices => {
  const rules = { allowPrivateAddresses: true, allowClearTextOnLoopback: false, extraWebhookPorts: [port] }
  return {
    destinations: { read: async (id) => (id === stored?.destinationId ? stored : undefined) },
    tokens: { ofDestination: async () => tokens },
    secrets: secretsWith([currentKey, previousKey]),
    webhookRules: rules,
    webhookWith: (secrets) => new WebhookAdapter({ secrets, rules, publicUrl, now: () => now }),
    deadline: () => never,
    now: () => now,
  }
}

const pull = (createdAt = '2026-03-01T08:00:00.000Z'): Destination => {
  const { webhook: _webhook, ...rest } = aWebhook('https://unused.example')
  return { ...rest, kind: 'pull', createdAt }
}
const token = (lastUsedAt?: string): DestinationToken => ({
  hash: 'a'.repeat(64),
  tokenId: 'T1',
  destinationId: '01K0DESTINATION',
  comment: 'OTOBO host',
  createdAt: '2026-03-01T08:00:00.000Z',
  createdBy: 'jane@example.com',
  ...(lastUsedAt !== undefined && { lastUsedAt, agent: { version: '1.2.3', host: 'otobo1' } }),
})

describe('Destination test of a webhook', () => {
  it('Destination test sends a sample that is signed with every key of the stored destination', async () => {
    const { server, url, port } = await aReceiver()
    server.otherwise = raw('ok')
    const stored = aWebhook(url)
    const result = await testDestination(services(port, stored), stored.destinationId)
    expect(destinationTestSchema.parse(result)).toMatchObject({ passed: true, code: 'delivered' })
    expect(result.transcript).toContain('The response begins with: ok')
    expect(server.requests[0]?.headers['webhook-signature']).toMatch(/^v1,\S+ v1,\S+$/)
  })

  it('Destination test reports a receiver that refuses the sample', async () => {
    const { server, url, port } = await aReceiver()
    server.otherwise = raw('wrong signature', 401)
    const stored = aWebhook(url)
    expect(await testDestination(services(port, stored), stored.destinationId)).toMatchObject({
      passed: false,
      code: 'not-authorized',
      detail: 'The receiver responded with status 401: wrong signature',
    })
  })

  it('Destination test of a draft uses only the secrets of the request and shows none of them', async () => {
    const { server, url, port } = await aReceiver()
    const auth = { kind: 'header', header: 'x-api-key', value: 'correct horse battery' }
    server.otherwise = ({ request, response }) => {
      response.end(`you sent ${request.headers['x-api-key']}`)
    }
    const webhook = { url, auth, customCa: authority.caPem, signingSecret: secretOf(previousKey) }
    const queueMap = { names: { 'no-such-queue': 'x' } }
    const result = await testDraft(services(port), { name: 'Draft', kind: 'webhook', webhook, queueMap }, by)
    expect(result).toMatchObject({ passed: true, detail: 'The receiver responded with status 200: you sent …' })
    expect(JSON.stringify(result)).not.toMatch(/correct|battery|whsec/)
    const [request] = server.requests
    expect(request?.headers['x-api-key']).toBe('correct horse battery')
    expect(request?.headers['webhook-signature']).toMatch(/^v1,\S+$/)
  })

  it('Destination test refuses a draft with invalid fields and sends nothing', async () => {
    const { server, url } = await aReceiver()
    const webhook = { url, signingSecret: secretOf(currentKey) }
    await expect(testDraft(services(1), { name: 'Draft', kind: 'webhook', webhook }, by)).rejects.toMatchObject({
      code: 'invalid-request',
      fields: [{ path: '/webhook/url', message: 'must use one of the ports 443, 1' }],
    })
    await expect(
      testDraft(services(1), { name: 'Draft', kind: 'webhook', webhook: { url: 'https://10.0.0.1/' } }, by),
    ).rejects.toMatchObject({ fields: [{ path: '/webhook/signingSecret', message: 'is missing' }] })
    expect(server.requests).toEqual([])
  })

  it('Destination test reports a destination that does not exist', async () => {
    await expect(testDestination(services(1), 'none')).rejects.toMatchObject({ code: 'not-found' })
  })
})

describe('Destination test of an agent', () => {
  it.each([
    ['asked a minute ago', pull(), [token('2026-03-02T08:09:00.000Z')], true, 'agent-asked'],
    ['asked an hour ago', pull(), [token('2026-03-02T07:00:00.000Z')], false, 'agent-silent'],
    ['never asked', pull(), [token()], false, 'agent-silent'],
    ['has not asked since the destination was created', pull(now.toISOString()), [token()], false, 'agent-expected'],
    ['has no token', pull(), [], false, 'no-token'],
    [
      'asked for mail of a paused destination',
      { ...pull(), validity: 'invalid-temporarily' as const },
      [token('2026-03-02T08:09:00.000Z')],
      true,
      'agent-asked',
    ],
  ])('Destination test: an agent that %s', async (_, stored, tokens, passed, code) => {
    const result = await testDestination(services(1, stored, tokens), stored.destinationId)
    expect(destinationTestSchema.parse(result)).toMatchObject({ passed, code })
    expect(result.remedy).toEqual(passed ? undefined : expect.stringMatching(/\.$/))
    expect(result.transcript).toHaveLength(tokens.length)
  })

  it('Destination test shows when each token was used', async () => {
    const result = await testDestination(services(1, pull(), [token('2026-03-02T08:09:00.000Z')]), '01K0DESTINATION')
    expect(result.transcript).toEqual([
      'The token OTOBO host was last used at 2026-03-02T08:09:00.000Z by postmaster deliver 1.2.3 on otobo1.',
    ])
  })

  it('Destination test of a draft says what to do first', async () => {
    expect(await testDraft(services(1), { name: 'Draft', kind: 'pull' }, by)).toMatchObject({
      passed: false,
      code: 'not-saved',
    })
  })
})
