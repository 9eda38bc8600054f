import { createHash } from 'node:crypto'
import { onTestFinished } from 'vitest'
import type { Parcel } from '../../../../lib/handover/delivering/adapter.ts'
import type { Destination, DestinationSecrets } from '../../../../lib/handover/destinations/destination.ts'
import { planned } from '../../../../lib/handover/ledger/transitions.ts'
import { WebhookAdapter, type WebhookServices } from '../../../../lib/handover/webhook/webhook-adapter.ts'
import type { Message } from '../../../../lib/messages/message.ts'
import { createCertificates } from '../../../mail-server/certificates.ts'
import { type ScriptedServerOptions, startScriptedServer } from '../../../oauth2-server/scripted-server.ts'
import { sampleMessage } from '../../../support/sample-message.ts'

export const authority = await createCertificates()
export const never = new AbortController().signal
export const now = new Date('2026-03-02T08:10:04.218Z')
export const publicUrl = 'https://api.example.com'

/** Contains bytes that are not ASCII, so that a signature over decoded text would differ. */
export const rawMail = Buffer.concat([
  Buffer.from('Subject: Gr\xfc\xdfe\r\n\r\n', 'latin1'),
  Buffer.from([0, 0x80, 0xff, 0x0d, 0x0a]),
])
export const currentKey = Buffer.alloc(32, 'k1')
export const previousKey = Buffer.alloc(24, 'former')
export const secretOf = (key: Buffer): string => `whsec_${key.toString('base64')}`

export const aWebhook = (
  url: string,
  webhook: Partial<NonNullable<Destination['webhook']>> = {},
  change: Partial<Destination> = {},
): Destination => ({
  destinationId: '01K0DESTINATION',
  name: 'Tickets',
  kind: 'webhook',
  validity: 'valid',
  selection: { queueIds: 'all', trustedOnly: false, loops: true },
  queueMap: { names: {} },
  limits: { concurrency: 1, timeoutSeconds: 20, largestSize: 50 * 1024 * 1024 },
  doubt: 'repeat',
  comment: '',
  webhook: { url, mode: 'thin', customCa: authority.caPem, ...webhook },
  version: 1,
  createdAt: now.toISOString(),
  createdBy: 'jane@example.com',
  changedAt: now.toISOString(),
  changedBy: 'jane@example.com',
  ...change,
})

export const aParcel = (
  change: Partial<Message> = {},
  more: Partial<Parcel> = {},
  raw: Buffer = rawMail,
): Parcel & { readonly opened: number } => {
  const sha256 = createHash('sha256').update(raw).digest('hex')
  const message = sampleMessage({ size: raw.length, sha256, ...change })
  const parcel = {
    delivery: planned('01K0DESTINATION', message, now.toISOString()),
    message,
    queueName: 'First level',
    opened: 0,
    raw: async () => {
      parcel.opened += 1
      return (async function* () {
        for (let sent = 0; sent < raw.length; sent += 10_000) yield raw.subarray(sent, sent + 10_000)
      })()
    },
    ...more,
  }
  return parcel
}

export const secretsWith = (keys: Buffer[] = [currentKey], auth?: string): DestinationSecrets => ({
  signingKeys: async () => keys,
  auth: async () => auth,
})

export const adapterWith = (change: Partial<WebhookServices> & { readonly port?: number } = {}): WebhookAdapter => {
  const { port, ...services } = change
  return new WebhookAdapter({
    secrets: secretsWith(),
    rules: { allowPrivateAddresses: true, allowClearTextOnLoopback: true, extraWebhookPorts: port ? [port] : [] },
    publicUrl,
    now: () => now,
    ...services,
  })
}

/** A receiver with scripted answers. */
export const aReceiver = async (options: ScriptedServerOptions = { authority }) => {
  const server = await startScriptedServer(options)
  onTestFinished(() => server.stop())
  return { server, url: `${server.url}/hook`, port: Number(new URL(server.url).port) }
}
