import { readFileSync } from 'node:fs'
import { Ajv2020 } from 'ajv/dist/2020.js'
import addFormats from 'ajv-formats'
import { describe, expect, it } from 'vitest'
import { eventsSchema, eventsSchemaFile } from '../../docs/write-events-schema.ts'
import { announcementJson, announcementOf, announcementSchema } from '../../lib/messages/announcing/announcement.ts'
import { sampleMessage } from '../support/sample-message.ts'

const published = JSON.parse(readFileSync(eventsSchemaFile, 'utf8'))
const ajv = new Ajv2020({ strict: true, allErrors: true })
addFormats.default(ajv)
const validate = ajv.compile(published)

const consuming = readFileSync(new URL('../../docs/consuming.md', import.meta.url), 'utf8')
const documented = JSON.parse(/```json\n(.*?)```/s.exec(consuming)?.[1] ?? '')

describe('docs/events.schema.json', () => {
  it('docs/events.schema.json is up to date (otherwise run: node docs/write-events-schema.ts && npm run format)', () => {
    expect(published).toEqual(JSON.parse(JSON.stringify(eventsSchema())))
  })

  it('docs/events.schema.json accepts announcements from the code', () => {
    const { header: _header, ...unparsed } = sampleMessage({ parsed: false })
    for (const message of [sampleMessage(), sampleMessage({ trusted: true, control: { queue: 'VIP' } }), unparsed]) {
      validate(JSON.parse(announcementJson(announcementOf(message, 'raw-mail'))))
      expect(validate.errors).toBeNull()
    }
  })

  it('docs/events.schema.json accepts fields that a later version of Postmaster adds', () => {
    const announcement = announcementOf(sampleMessage(), 'raw-mail')
    expect(validate({ ...announcement, later: 1, queue: { ...announcement.queue, later: 2 } })).toBe(true)
  })

  it.each([
    ['another version', { version: 2 }],
    ['no id', { messageId: undefined }],
    ['a string that is not a time', { storedAt: 'yesterday' }],
    ['no queue', { queue: undefined }],
    ['a control value that is not a string', { control: { queue: 1 } }],
  ])('docs/events.schema.json refuses %s', (_name, change) => {
    const announcement = { ...announcementOf(sampleMessage(), 'raw-mail'), ...change }
    expect(validate(JSON.parse(JSON.stringify(announcement)))).toBe(false)
    expect(announcementSchema.safeParse(announcement).success).toBe(false)
  })
})

describe('docs/consuming.md', () => {
  it('docs/consuming.md shows a valid announcement', () => {
    validate(documented)
    expect(validate.errors).toBeNull()
    expect(announcementSchema.parse(documented)).toEqual(documented)
  })

  it('docs/consuming.md shows every field of an announcement', () => {
    expect(Object.keys(documented).toSorted()).toEqual(Object.keys(announcementSchema.shape).toSorted())
  })
})
