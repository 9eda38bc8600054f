import { writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import * as z from 'zod'
import { announcementSchema } from '../lib/messages/announcing/announcement.ts'

/**
 * JSON Schema (draft 2020-12) of what the topic carries. Unknown fields are allowed: later versions of Postmaster may add some, and a
 * consumer that refused them would break.
 */
export const eventsSchema = (): Record<string, unknown> => {
  const { $schema, ...schema } = z.toJSONSchema(announcementSchema, { target: 'draft-2020-12', io: 'input' })
  return { $schema, $id: 'urn:postmaster:events:1', title: 'Mail received', ...schema }
}

export const eventsSchemaFile = fileURLToPath(new URL('events.schema.json', import.meta.url))

// node docs/write-events-schema.ts && npm run format
if (import.meta.main) writeFileSync(eventsSchemaFile, `${JSON.stringify(eventsSchema(), undefined, 2)}\n`)
