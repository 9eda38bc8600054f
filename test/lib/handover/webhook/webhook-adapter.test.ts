import { createHmac } from 'node:crypto'
import { CloudEvent, HTTP } from 'cloudevents'
import { Webhook } from 'standardwebhooks'
import { describe, expect, it } from 'vitest'
import { webhookEventSchema } from '../../../../lib/handover/webhook/envelope.ts'
import { json, raw, redirectTo, reset, silent } from '../../../oauth2-server/scripted-answers.ts'
import type { ScriptedRequest } from '../../../oauth2-server/scripted-server.ts'
import {
  adapterWith,
  aParcel,
  aReceiver,
  aWebhook,
  currentKey,
  never,
  now,
  previousKey,
  publicUrl,
  rawMail,
  secretOf,
  secretsWith,
} from './webhook-world.ts'

const signatureHeaders = ({ headers }: ScriptedRequest): Record<string, string> =>
  Object.fromEntries(
    ['webhook-id', 'webhook-timestamp', 'webhook-signature'].map((name) => [name, String(headers[name])]),
  )

/** Standard Webhooks refuses timestamps that are older than five minutes. */
const live = () => new Date()

const sent = async (options: Parameters<typeof adapterWith>[0] = {}, webhook: Parameters<typeof aWebhook>[1] = {}) => {
  const { server, url, port } = await aReceiver()
  server.otherwise = json({ ticket: '4711' })
  const outcome = await adapterWith({ port, ...options }).deliver(aParcel(), aWebhook(url, webhook), never)
  const [request] = server.requests
  if (!request) throw new Error(`nothing was sent: ${outcome.code}`)
  return { request, outcome }
}

describe('Webhook signature', () => {
  it('Webhook signature passes the library of Standard Webhooks', async () => {
    const { request } = await sent({ now: live })
    const body = request.body.toString()
    expect(new Webhook(secretOf(currentKey)).verify(body, signatureHeaders(request))).toEqual(JSON.parse(body))
    expect(() => new Webhook(secretOf(currentKey)).verify(`${body} `, signatureHeaders(request))).toThrow()
    expect(() => new Webhook(secretOf(previousKey)).verify(body, signatureHeaders(request))).toThrow()
  })

  it('Webhook signature passes with the old and with the new key during a rotation', async () => {
    const { request } = await sent({ now: live, secrets: secretsWith([currentKey, previousKey]) })
    expect(request.headers['webhook-signature']).toMatch(/^v1,\S+ v1,\S+$/)
    for (const key of [currentKey, previousKey])
      new Webhook(secretOf(key)).verify(request.body.toString(), signatureHeaders(request))
  })

  it('Webhook signature covers the exact bytes of a mail that is not UTF-8', async () => {
    const { request } = await sent({}, { mode: 'raw' })
    const seconds = Math.floor(now.getTime() / 1000)
    const expected = createHmac('sha256', currentKey)
      .update(Buffer.concat([Buffer.from(`${request.headers['webhook-id']}.${seconds}.`), rawMail]))
      .digest('base64')
    expect(request.body).toEqual(rawMail)
    expect(request.headers['webhook-signature']).toBe(`v1,${expected}`)
    expect(request.headers['webhook-timestamp']).toBe(String(seconds))
  })

  it('Webhook signature of a mail in ASCII passes the library of Standard Webhooks', async () => {
    const { server, url, port } = await aReceiver()
    const mail = Buffer.from('Subject: Hello\r\n\r\nbody\r\n')
    await adapterWith({ port, now: live }).deliver(aParcel({}, {}, mail), aWebhook(url, { mode: 'raw' }), never)
    const [request] = server.requests
    if (!request) throw new Error('nothing was sent')
    const webhook = new Webhook(secretOf(currentKey))
    webhook.verify(request.body.toString(), signatureHeaders(request), { jsonParse: false })
  })
})

describe('Webhook adapter', () => {
  it('Webhook adapter sends an envelope that the CloudEvents library accepts', async () => {
    const { request } = await sent()
    const event = HTTP.toEvent({ headers: request.headers, body: request.body.toString() })
    if (!(event instanceof CloudEvent)) throw new Error('one event was expected')
    expect(event.validate()).toBe(true)
    expect(event).toMatchObject({ type: 'message.received', source: publicUrl, specversion: '1.0' })
    expect(request.headers['content-type']).toBe('application/cloudevents+json; charset=utf-8')
  })

  it('Webhook adapter sends an envelope that matches the published schema', async () => {
    const { request } = await sent()
    const event = webhookEventSchema.parse(JSON.parse(request.body.toString()))
    expect(event.id).toBe(request.headers['webhook-id'])
    expect(event.timestamp).toBe(event.time)
    expect(event).toMatchObject({
      data: {
        queue: { queueId: 'q-support', name: 'Support', target: 'First level' },
        replay: false,
        header: { subject: 'Printer on fire' },
        raw: { href: `${publicUrl}/agent/deliveries/01K0DESTINATION.${event.id}/raw` },
      },
    })
  })

  it('Webhook adapter sends the same bytes in every attempt', async () => {
    const { server, url, port } = await aReceiver()
    server.next.push(raw('busy', 503))
    const times = [0, 60_000, 120_000, 180_000].map((later) => new Date(now.getTime() + later))
    const adapter = adapterWith({ port, now: () => times.shift() ?? now })
    const parcel = aParcel({ control: { queue: 'Junk', priority: '5' } })
    await adapter.deliver(parcel, aWebhook(url), never)
    const control = { priority: '5', queue: 'Junk' }
    const later = { ...parcel.delivery, attemptCount: 3, revision: 9, possiblyDoubled: true as const }
    await adapter.deliver({ ...parcel, delivery: later, message: { ...parcel.message, control } }, aWebhook(url), never)
    const [first, second] = server.requests
    expect(first?.body.equals(second?.body ?? Buffer.alloc(0))).toBe(true)
    expect(first?.headers['webhook-id']).toBe(second?.headers['webhook-id'])
    expect(first?.headers['webhook-timestamp']).not.toBe(second?.headers['webhook-timestamp'])
  })

  it('Webhook adapter sends the raw mail with its metadata in headers of printable ASCII', async () => {
    const { server, url, port } = await aReceiver()
    const queueName = 'Störung\r\nx-injected: 1 — 100 %'
    const parcel = aParcel({ trusted: true, automatic: { kind: 'bounce', signs: [] } }, { queueName })
    const replayed = { ...parcel, delivery: { ...parcel.delivery, replays: 2 } }
    await adapterWith({ port }).deliver(replayed, aWebhook(url, { mode: 'raw' }), never)
    const { headers } = server.requests[0] ?? {}
    expect(headers).toMatchObject({
      'content-type': 'message/rfc822',
      'content-length': String(rawMail.length),
      'postmaster-delivery-id': parcel.delivery.deliveryId,
      'postmaster-account-id': '01K0ACCOUNT',
      'postmaster-queue-id': 'q-support',
      'postmaster-trusted': 'true',
      'postmaster-loop': 'true',
      'postmaster-replay': 'true',
    })
    expect(headers).not.toHaveProperty('x-injected')
    expect(decodeURIComponent(String(headers?.['postmaster-queue']))).toBe(queueName)
    for (const value of Object.values(headers ?? {})) expect(value).toMatch(/^[ -~]*$/)
  })

  it('Webhook adapter streams a mail of 30 MB without holding it in memory', async () => {
    const { server, url, port } = await aReceiver()
    const piece = Buffer.alloc(64 * 1024, 'm')
    const count = 480
    const parcel = aParcel(
      { size: piece.length * count },
      {
        raw: async () =>
          (function* () {
            for (let index = 0; index < count; index += 1) yield piece
          })() as never,
      },
    )
    const outcome = await adapterWith({ port }).deliver(parcel, aWebhook(url, { mode: 'raw' }), never)
    expect(outcome).toMatchObject({ result: 'delivered', bytes: piece.length * count })
    expect(server.requests[0]?.body.length).toBe(piece.length * count)
  })

  it.each([
    [{ kind: 'header', header: 'x-api-key' } as const, 'x-api-key', 'correct horse'],
    [
      { kind: 'basic', user: 'jürgen' } as const,
      'authorization',
      `Basic ${Buffer.from('jürgen:correct horse').toString('base64')}`,
    ],
  ])('Webhook adapter sends the authentication %o', async (auth, header, value) => {
    const { request } = await sent({ secrets: secretsWith([currentKey], 'correct horse') }, { auth })
    expect(request.headers[header]).toBe(value)
  })

  it('Webhook adapter keeps the ticket that the receiver reports', async () => {
    expect((await sent()).outcome).toMatchObject({ result: 'delivered', remote: { ticket: '4711' } })
  })

  it('Webhook adapter hides the secrets of the destination in what the receiver repeats', async () => {
    const { server, url, port } = await aReceiver()
    const auth = { kind: 'basic', user: 'postmaster' } as const
    const secrets = secretsWith([currentKey, previousKey], 'correct horse battery')
    const echo = [
      secretOf(currentKey),
      previousKey.toString('base64'),
      'correct horse battery',
      Buffer.from('postmaster:correct horse battery').toString('base64'),
    ].join('\n')
    for (const answer of [
      raw(echo, 500),
      json({ ticket: echo, result: echo, url: `https://x.example/?k=${encodeURIComponent(echo)}` }),
    ]) {
      server.otherwise = answer
      const outcome = await adapterWith({ port, secrets }).deliver(aParcel(), aWebhook(url, { auth }), never)
      const { transcript } = await adapterWith({ port, secrets }).test(aWebhook(url, { auth }), never)
      for (const text of [JSON.stringify(outcome), transcript.join('\n')]) {
        for (const secret of echo.split('\n')) expect(text).not.toContain(secret.slice(8, 20))
        expect(text).toContain('…')
      }
    }
  })

  it('Webhook adapter sends nothing if the rules of the deployment no longer allow the URL', async () => {
    const { server, url } = await aReceiver()
    expect(await adapterWith().deliver(aParcel(), aWebhook(url), never)).toMatchObject({
      result: 'temporary',
      scope: 'destination',
      code: 'url-not-allowed',
      detail: 'The URL must use port 443.',
    })
    expect(server.requests).toEqual([])
  })

  it('Webhook adapter sends nothing to a name that resolves to a private address', async () => {
    const { server, url, port } = await aReceiver()
    const rules = { allowPrivateAddresses: false, allowClearTextOnLoopback: false, extraWebhookPorts: [port] }
    const named = url.replace('localhost', 'tickets.example.com')
    const resolver = async () => ['127.0.0.1', '169.254.169.254', '::ffff:10.0.0.1']
    expect(await adapterWith({ rules, resolver }).deliver(aParcel(), aWebhook(named), never)).toMatchObject({
      result: 'temporary',
      scope: 'destination',
      code: 'address-not-allowed',
    })
    expect(server.requests).toEqual([])
  })

  it.each([
    ['signing-secret-missing', secretsWith([]), undefined],
    ['auth-secret-missing', secretsWith([currentKey]), { kind: 'header', header: 'x-api-key' } as const],
  ])('Webhook adapter sends nothing without a secret: %s', async (code, secrets, auth) => {
    const { server, url, port } = await aReceiver()
    const destination = aWebhook(url, { auth })
    expect(await adapterWith({ port, secrets }).deliver(aParcel(), destination, never)).toMatchObject({
      scope: 'destination',
      code,
    })
    expect(await adapterWith({ port, secrets }).test(destination, never)).toMatchObject({ outcome: { code } })
    expect(server.requests).toEqual([])
  })

  it('Webhook adapter sends nothing if the raw mail has expired or cannot be read', async () => {
    const { server, url, port } = await aReceiver()
    const expired = aParcel({}, { raw: async () => undefined })
    const broken = aParcel(
      {},
      {
        raw: async () => {
          throw new Error('no store')
        },
      },
    )
    const destination = aWebhook(url, { mode: 'raw' })
    expect(await adapterWith({ port }).deliver(expired, destination, never)).toMatchObject({
      result: 'permanent',
      scope: 'message',
      code: 'raw-mail-expired',
    })
    expect(await adapterWith({ port }).deliver(broken, destination, never)).toMatchObject({
      result: 'temporary',
      scope: 'message',
      code: 'mail-not-readable',
    })
    expect(server.requests).toEqual([])
  })

  it('Webhook adapter reports a reset after the full request as in doubt', async () => {
    const { server, url } = await aReceiver({})
    server.otherwise = reset
    expect(await adapterWith().deliver(aParcel(), aWebhook(url), never)).toMatchObject({
      result: 'in-doubt',
      scope: 'message',
      code: 'connection-lost',
    })
    expect(server.requests).toHaveLength(1)
  })

  it('Webhook adapter ends after the time-out of the destination, and reports a failure of the destination', async () => {
    const { server, url, port } = await aReceiver()
    server.otherwise = silent
    const limits = { concurrency: 1, timeoutSeconds: 0.5, largestSize: 1_000_000 }
    expect(await adapterWith({ port }).deliver(aParcel(), aWebhook(url, {}, { limits }), never)).toMatchObject({
      result: 'in-doubt',
      scope: 'destination',
      code: 'no-answer-in-time',
    })
  })

  it('Webhook adapter opens the raw mail twice, for the signature and for the request', async () => {
    const { url, port } = await aReceiver()
    const parcel = aParcel()
    await adapterWith({ port }).deliver(parcel, aWebhook(url, { mode: 'raw' }), never)
    expect(parcel.opened).toBe(2)
  })
})

describe('Webhook test', () => {
  it('Webhook test sends a signed sample and shows what happened', async () => {
    const { server, url, port } = await aReceiver()
    server.otherwise = json({ ok: true })
    const { outcome, transcript } = await adapterWith({ port, now: live }).test(aWebhook(url), never)
    expect(outcome).toMatchObject({ result: 'delivered' })
    expect(transcript.map((line) => line.replace(/\d{4}-\S+Z/, 'TIME'))).toEqual([
      `Postmaster sends a sample in the mode \`thin\` to https://localhost:${port}.`,
      'The connection to 127.0.0.1 is open.',
      'TLSv1.3 is established. The certificate of CN=localhost is valid until TIME.',
      expect.stringMatching(/^\d+ bytes were sent with one signature\.$/),
      'The receiver responded with status 200.',
      'The response begins with: {"ok":true}',
    ])
    const [request] = server.requests
    if (!request) throw new Error('nothing was sent')
    const event = new Webhook(secretOf(currentKey)).verify(request.body.toString(), signatureHeaders(request))
    expect(webhookEventSchema.parse(event)).toMatchObject({ type: 'test.ping' })
  })

  it('Webhook test in the mode raw sends a mail that is marked as a test', async () => {
    const { server, url, port } = await aReceiver()
    await adapterWith({ port }).test(aWebhook(url, { mode: 'raw' }), never)
    expect(server.requests[0]?.headers).toMatchObject({ 'content-type': 'message/rfc822', 'postmaster-test': 'true' })
    expect(server.requests[0]?.body.toString()).toContain('Subject: Postmaster tests this destination\r\n')
  })

  it('Webhook test shows a redirect and a failed connection', async () => {
    const { server, url, port } = await aReceiver()
    server.otherwise = redirectTo('http://169.254.169.254/latest/meta-data/')
    const redirected = await adapterWith({ port }).test(aWebhook(url), never)
    expect(redirected.outcome).toMatchObject({ code: 'redirected', scope: 'destination' })
    expect(redirected.transcript).toContain(
      'It redirects to http://169.254.169.254/latest/meta-data/. Postmaster does not follow redirects.',
    )
    const untrusted = await adapterWith({ port }).test(aWebhook(url, { customCa: undefined }), never)
    expect(untrusted.outcome).toMatchObject({ code: 'certificate-not-trusted' })
    expect(untrusted.transcript.at(-1)).toBe('The server’s certificate is not signed by a trusted authority.')
    expect(server.requests).toHaveLength(1)
  })
})
