import { readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import * as z from 'zod'
import { webhookEventSchema } from '../lib/handover/webhook/envelope.ts'
import { announcementSchema } from '../lib/messages/announcing/announcement.ts'
import { messageSummarySchema } from '../lib/messages/announcing/message-summary.ts'

/** The announcement that docs/consuming.md shows. */
const announcement = announcementSchema.parse(
  JSON.parse(/```json\n(.*?)```/s.exec(readFileSync(new URL('consuming.md', import.meta.url), 'utf8'))?.[1] ?? ''),
)

/** The webhook of the same message. */
const webhook = (): z.infer<typeof webhookEventSchema> => {
  const source = 'https://postmaster.example.com'
  const { messageId, storedAt, queue, raw } = announcement
  const deliveryId = `${messageId}.01K0DESTINATION`
  return webhookEventSchema.parse({
    specversion: '1.0',
    id: messageId,
    source,
    time: storedAt,
    timestamp: storedAt,
    datacontenttype: 'application/json',
    dataschema: 'urn:postmaster:webhook:1',
    type: 'message.received',
    data: {
      ...messageSummarySchema.parse(announcement),
      deliveryId,
      queue: { ...queue, target: queue.name },
      replay: false,
      size: raw.size,
      sha256: raw.sha256,
      raw: { href: `${source}/agent/deliveries/${deliveryId}/raw` },
    },
  })
}

/**
 * JSON Schema (draft 2020-12) of what the topic carries. Unknown fields are allowed: later versions of Postmaster may add some, and a
 * consumer that refused them would break.
 */
export const eventsSchema = (): Record<string, unknown> =>
  published(announcementSchema, { $id: 'urn:postmaster:events:1', title: 'Mail received' }, announcement)

/** JSON Schema of the body of a thin webhook. Unknown fields are allowed here as well. */
export const webhookSchema = (): Record<string, unknown> =>
  published(webhookEventSchema, { $id: 'urn:postmaster:webhook:1', title: 'Webhook' }, webhook())

const published = (schema: z.ZodType, names: { readonly $id: string; readonly title: string }, example: unknown) => {
  const { $schema, ...rest } = z.toJSONSchema(schema, { target: 'draft-2020-12', io: 'input' })
  return { $schema, ...names, ...rest, examples: [example] }
}

export const eventsSchemaFile = fileURLToPath(new URL('events.schema.json', import.meta.url))
export const webhookSchemaFile = fileURLToPath(new URL('webhook.schema.json', import.meta.url))

const write = (file: string, schema: Record<string, unknown>): void =>
  writeFileSync(file, `${JSON.stringify(schema, undefined, 2)}\n`)

// node docs/write-events-schema.ts && npm run format
if (import.meta.main) {
  write(eventsSchemaFile, eventsSchema())
  write(webhookSchemaFile, webhookSchema())
}
