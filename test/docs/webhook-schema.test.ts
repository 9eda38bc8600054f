import { readFileSync } from 'node:fs'
import { Ajv2020 } from 'ajv/dist/2020.js'
import addFormats from 'ajv-formats'
import { describe, expect, it } from 'vitest'
import { webhookSchema, webhookSchemaFile } from '../../docs/write-events-schema.ts'
import { envelopeOf, testEventOf } from '../../lib/handover/webhook/envelope.ts'
import { aParcel, now, publicUrl } from '../lib/handover/webhook/webhook-world.ts'

const published = JSON.parse(readFileSync(webhookSchemaFile, 'utf8'))
const ajv = new Ajv2020({ strict: true, allErrors: true, allowUnionTypes: true })
addFormats.default(ajv)
const validate = ajv.compile(published)

describe('docs/webhook.schema.json', () => {
  it('docs/webhook.schema.json is up to date (otherwise run: node docs/write-events-schema.ts && npm run format)', () => {
    expect(published).toEqual(JSON.parse(JSON.stringify(webhookSchema())))
  })

  it('docs/webhook.schema.json accepts webhooks from the code', () => {
    const { header: _header, ...unparsed } = aParcel({ parsed: false }).message
    for (const event of [
      envelopeOf(aParcel(), publicUrl),
      envelopeOf(aParcel({ trusted: true, control: { queue: 'VIP' } }), publicUrl),
      envelopeOf({ ...aParcel(), message: unparsed }, publicUrl),
      testEventOf('5f6c1e52', now.toISOString(), publicUrl),
    ]) {
      validate(JSON.parse(JSON.stringify(event)))
      expect(validate.errors).toBeNull()
    }
  })

  it('docs/webhook.schema.json accepts fields that a later version of Postmaster adds', () => {
    const event = envelopeOf(aParcel(), publicUrl)
    expect(validate({ ...event, later: 1, data: { ...event.data, later: 2 } })).toBe(true)
  })

  it.each([
    ['another type', { type: 'message.deleted' }],
    ['no id', { id: undefined }],
    ['no data', { data: undefined }],
    ['the data of another type', { type: 'test.ping', data: {} }],
  ])('docs/webhook.schema.json refuses %s', (_name, change) => {
    expect(validate(JSON.parse(JSON.stringify({ ...envelopeOf(aParcel(), publicUrl), ...change })))).toBe(false)
  })
})
