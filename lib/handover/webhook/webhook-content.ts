import type { Parcel } from '../delivering/adapter.ts'
import { bytesOf, envelopeOf, testEventOf, type WebhookEvent } from './envelope.ts'

/** The body of one webhook. */
export interface WebhookContent {
  /** The `webhook-id`. */
  readonly id: string
  readonly headers: Readonly<Record<string, string>>
  /** Opens the body from its beginning. @returns undefined if the mail has expired */
  readonly open: (signal: AbortSignal) => Promise<AsyncIterable<Buffer> | Iterable<Buffer> | undefined>
}

export type WebhookMode = 'thin' | 'raw'

/** The content does not differ between attempts, and the id is that of the message. */
export const mailContent = (parcel: Parcel, mode: WebhookMode, publicUrl: string): WebhookContent => {
  const id = parcel.message.messageId
  return mode === 'thin'
    ? eventContent(envelopeOf(parcel, publicUrl), id)
    : { id, headers: { 'content-type': mailType, ...metadataOf(parcel) }, open: (signal) => parcel.raw(signal) }
}

/** A harmless sample: an event of another type, or a mail that is marked as a test. */
export const sampleContent = (id: string, at: string, mode: WebhookMode, publicUrl: string): WebhookContent => {
  if (mode === 'thin') return eventContent(testEventOf(id, at, publicUrl), id)
  const mail = Buffer.from(sampleMail.replace('<id>', id).replace('<date>', new Date(at).toUTCString()))
  return { id, headers: { 'content-type': mailType, 'postmaster-test': 'true' }, open: async () => [mail] }
}

const mailType = 'message/rfc822'

const eventContent = (event: WebhookEvent, id: string): WebhookContent => ({
  id,
  headers: { 'content-type': 'application/cloudevents+json; charset=utf-8' },
  open: async () => [bytesOf(event)],
})

/** The mail itself has no place for these values. Headers carry ASCII only, so texts are percent-encoded. */
const metadataOf = ({ delivery, message, queueName }: Parcel): Record<string, string> => ({
  'postmaster-delivery-id': delivery.deliveryId,
  'postmaster-account-id': encoded(message.accountId),
  'postmaster-queue-id': encoded(message.queueId),
  'postmaster-queue': encoded(queueName),
  'postmaster-trusted': String(message.trusted),
  'postmaster-loop': String(message.automatic?.kind !== undefined),
  'postmaster-replay': String(delivery.replays !== undefined),
})

const encoded = (text: string): string => encodeURIComponent(text.toWellFormed())

const sampleMail = [
  'From: Postmaster <postmaster@postmaster.invalid>',
  'To: Postmaster <postmaster@postmaster.invalid>',
  'Subject: Postmaster tests this destination',
  'Message-ID: <<id>@postmaster.invalid>',
  'Date: <date>',
  'Auto-Submitted: auto-generated',
  'MIME-Version: 1.0',
  'Content-Type: text/plain; charset=us-ascii',
  '',
  'An admin tests this destination. Please ignore this mail.',
  '',
].join('\r\n')
