import * as z from 'zod'
import {
  messageSummaryOf,
  messageSummarySchema,
  type SummaryBudgets,
} from '../../messages/announcing/message-summary.ts'
import type { Parcel } from '../delivering/adapter.ts'

const dataSchema = messageSummarySchema.extend({
  deliveryId: z.string().describe('The delivery, for requests to the API.'),
  queue: messageSummarySchema.shape.queue
    .extend({ target: z.string().describe('Your name for the queue, according to the queue map of the destination.') })
    .describe('The queue of the message.'),
  replay: z
    .boolean()
    .describe(
      'Whether an admin asked to hand the message over again. A replay has the same `id` as the first delivery.',
    ),
  size: z.int().min(0).describe('The size of the mail as it was received, in bytes.'),
  sha256: z
    .string()
    .describe(
      'The SHA-256 of the mail as it was received, in lower-case hexadecimal. The mail at `raw.href` differs from it ' +
        'if control headers were removed or set.',
    ),
  raw: z
    .object({
      href: z
        .string()
        .describe(
          'Where to fetch the mail: send a GET with `authorization: Bearer` and a token of the destination. The response ' +
            'redirects to the mail. Do not send the token to the address of the redirect.',
        ),
    })
    .describe('The mail itself.'),
})

const frame = {
  specversion: z.literal('1.0').describe('The version of CloudEvents.'),
  id: z
    .string()
    .describe('The id of the message, which is also in the header `webhook-id`. Store it and ignore repeats.'),
  source: z.string().describe('The address of the Postmaster deployment.'),
  time: z.string().describe('When Postmaster stored the message. For a test, when it was sent.'),
  timestamp: z.string().describe('The same as `time`, as Standard Webhooks requires.'),
  datacontenttype: z.literal('application/json').describe('The type of `data`.'),
  dataschema: z.literal('urn:postmaster:webhook:1').describe('The version of `data`.'),
}

/**
 * The body of a thin webhook: a CloudEvents 1.0 event in the structured mode, which is also a payload of Standard
 * Webhooks 1.0.0. docs/webhook.schema.json is generated from it. Within one `dataschema`, fields may only be added.
 */
export const webhookEventSchema = z
  .discriminatedUnion('type', [
    z.object({
      ...frame,
      type: z.literal('message.received').describe('A message was received.'),
      data: dataSchema.describe('The message.'),
    }),
    z.object({
      ...frame,
      type: z
        .literal('test.ping')
        .describe('An admin tests the destination. Answer it with 2xx, and do not create a ticket.'),
      data: z.object({ detail: z.string().describe('A sentence for people.') }).describe('The content of the test.'),
    }),
  ])
  .describe('What Postmaster sends to a webhook in the mode `thin`.')
export type WebhookEvent = z.infer<typeof webhookEventSchema>

/** In bytes of JSON. Standard Webhooks recommends a payload below 20 kB. */
export const envelopeLimit = 20_000

/** An envelope with every part at its limit stays below `envelopeLimit`. A test fills them all. */
const budgets: SummaryBudgets = {
  text: 500,
  references: 2000,
  recipients: 2000,
  ignoredControl: 1000,
  control: 2000,
  signs: 1000,
}

/** Contains nothing that differs between two attempts, so that each attempt of a delivery has the same bytes. */
export const envelopeOf = ({ delivery, message, queueName }: Parcel, publicUrl: string): WebhookEvent => {
  const summary = messageSummaryOf(message, budgets)
  return {
    ...frameOf(message.messageId, message.storedAt, publicUrl),
    type: 'message.received',
    data: {
      ...summary,
      deliveryId: delivery.deliveryId,
      queue: { ...summary.queue, target: queueName },
      replay: delivery.replays !== undefined,
      size: message.size,
      sha256: message.sha256,
      raw: { href: `${publicUrl}/agent/deliveries/${delivery.deliveryId}/raw` },
    },
  }
}

/** A harmless sample. */
export const testEventOf = (id: string, at: string, publicUrl: string): WebhookEvent => ({
  ...frameOf(id, at, publicUrl),
  type: 'test.ping',
  data: { detail: 'An admin tests this destination. No mail is handed over.' },
})

export const bytesOf = (event: WebhookEvent): Buffer => Buffer.from(JSON.stringify(event))

const frameOf = (id: string, time: string, publicUrl: string) => ({
  specversion: '1.0' as const,
  id,
  source: publicUrl,
  time,
  timestamp: time,
  datacontenttype: 'application/json' as const,
  dataschema: 'urn:postmaster:webhook:1' as const,
})
