import { writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import * as z from 'zod'
import { webhookEventSchema } from '../lib/handover/webhook/envelope.ts'
import { announcementSchema } from '../lib/messages/announcing/announcement.ts'

/**
 * JSON Schema (draft 2020-12) of what the topic carries. Unknown fields are allowed: later versions of Postmaster may add some, and a
 * consumer that refused them would break.
 */
export const eventsSchema = (): Record<string, unknown> =>
  published(announcementSchema, { $id: 'urn:postmaster:events:1', title: 'Mail received' })

/** JSON Schema of the body of a thin webhook. Unknown fields are allowed here as well. */
export const webhookSchema = (): Record<string, unknown> =>
  published(webhookEventSchema, { $id: 'urn:postmaster:webhook:1', title: 'Webhook' })

const published = (schema: z.ZodType, names: { readonly $id: string; readonly title: string }) => {
  const { $schema, ...rest } = z.toJSONSchema(schema, { target: 'draft-2020-12', io: 'input' })
  return { $schema, ...names, ...rest }
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
