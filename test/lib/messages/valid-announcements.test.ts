import { readFileSync } from 'node:fs'
import { Ajv2020 } from 'ajv/dist/2020.js'
import addFormats from 'ajv-formats'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { eventsSchemaFile } from '../../../docs/write-events-schema.ts'
import { takeJob } from '../../../lib/fetching/take-job.ts'
import {
  announcementJson,
  announcementLimit,
  announcementOf,
  announcementSchema,
} from '../../../lib/messages/announcing/announcement.ts'
import { SnsAnnouncer } from '../../../lib/messages/announcing/sns-announcer.ts'
import { arrivalDateOf } from '../../../lib/messages/header/arrival-date.ts'
import { headerDateOf } from '../../../lib/messages/header/header-date.ts'
import type { Message } from '../../../lib/messages/message.ts'
import { ownNames } from '../../support/own-names.ts'
import { sampleMessage } from '../../support/sample-message.ts'
import { FakeServer } from '../fetching/fake-server.ts'
import { aDeadline, aMail, anAccount, memoryServices, tick } from '../fetching/memory-services.ts'

const ajv = new Ajv2020({ strict: true, allErrors: true })
addFormats.default(ajv)
const matchesPublishedSchema = ajv.compile(JSON.parse(readFileSync(eventsSchemaFile, 'utf8')))

/** The announcement as a subscriber receives it. */
const expectValid = (message: Message) => {
  const json = announcementJson(announcementOf(message, 'raw-mail'))
  const received: unknown = JSON.parse(json)
  expect(announcementSchema.safeParse(received).error?.issues).toBeUndefined()
  expect(matchesPublishedSchema(received), ajv.errorsText(matchesPublishedSchema.errors)).toBe(true)
  expect(Buffer.byteLength(json)).toBeLessThanOrEqual(announcementLimit)
}

/** The rows that a run creates from these mails. */
const rowsOf = async (mails: readonly Buffer[], trusted: boolean): Promise<Message[]> => {
  const memory = memoryServices(new FakeServer(mails), anAccount({ trusted }))
  const run = await takeJob(memory.services, tick(), aDeadline(memory.state.now))
  expect(run).toMatchObject({ state: 'done', counts: { stored: mails.length } })
  return [...memory.state.messages.values()]
}

const pad = (number: number, digits: number) => String(number).padStart(digits, '0')

/** Dates at and beyond every edge: years, zones, days and leap seconds. */
const edges = fc.constantFrom(
  ...[
    '31 Dec 9999 23:59:59 -1200',
    '31 Dec 9999 12:00:00 -9999',
    '1 Jan 0000 00:00:00 +0001',
    '1 Jan 0000 09:00:00 +1400',
  ],
)
const written = fc
  .tuple(
    fc.constantFrom(-1, 0, 1, 15, 29, 30, 31, 32),
    fc.constantFrom('Jan', 'Feb', 'Dec', 'Xyz'),
    fc.constantFrom(
      '0',
      '00',
      '000',
      '0000',
      '0001',
      '0099',
      '49',
      '50',
      '103',
      '1899',
      '1970',
      '2026',
      '9998',
      '9999',
      '10000',
      '99999',
    ),
    fc.constantFrom(0, 12, 23, 24, 99),
    fc.constantFrom(0, 59, 60),
    fc.constantFrom('+0000', '-0000', '-1200', '+1400', '-9999', '+9999', '+2400', 'EST', 'Z', 'XYZ', ''),
  )
  .map(
    ([day, month, year, hour, second, zone]) => `${day} ${month} ${year} ${pad(hour, 2)}:59:${pad(second, 2)} ${zone}`,
  )

const dates = fc.oneof(edges, written)

const values = fc.oneof(
  dates,
  fc.string({ unit: 'binary', maxLength: 200 }),
  fc.constantFrom(
    ...ownNames,
    '',
    ' ',
    '\ufeff',
    '\u0000',
    '=?utf-8?B?AAAA?=',
    '=?x?Q?=00?=',
    '\ud800',
    `${'a'.repeat(2_000)}`,
  ),
)
const names = fc.constantFrom(
  ...['From', 'To', 'Cc', 'Subject', 'Date', 'Message-ID', 'In-Reply-To', 'References', 'Delivered-To', 'Received'],
  ...['X-OTOBO-Queue', 'X-OTOBO-Ignore', 'X-OTOBO-Loop', 'Precedence', 'Auto-Submitted'],
  ...ownNames.flatMap((name) => [name, `X-OTOBO-${name}`]),
)
const mails = fc
  .array(fc.oneof(fc.tuple(names, values), fc.tuple(fc.constant('Date'), dates)), { minLength: 1, maxLength: 12 })
  .map((fields) => Buffer.from(`${fields.map(([name, value]) => `${name}: ${value}`).join('\r\n')}\r\n\r\nbody\r\n`))

describe('announcements match their schema', () => {
  it('announcements match their schema whatever a mail’s header contains', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(mails, { minLength: 1, maxLength: 10 }), fc.boolean(), async (some, trusted) => {
        for (const row of await rowsOf(some, trusted)) expectValid(row)
      }),
      { numRuns: 200 },
    )
  })

  it.each([
    ['Fri, 31 Dec 9999 23:00:00 -1200', undefined],
    ['Fri, 31 Dec 9999 23:59:60 +0000', undefined],
    ['Fri, 31 Dec 9999 23:59:59 +0000', '9999-12-31T23:59:59.000Z'],
    ['Sat, 1 Jan 0000 00:00:00 +1200', undefined],
    ['1 Jan 10000 00:00:00 +0000', undefined],
    ['1 Jan 0050 00:00:00 +0000', '0050-01-01T00:00:00.000Z'],
    ['Sat, 31 Dec 2016 23:59:60 +0000', '2017-01-01T00:00:00.000Z'],
    ['31 Feb 2024 00:00:60 +0000', undefined],
    ['31 Dec 2025 23:00:00 -9999', undefined],
  ])('announcements match their schema: a mail with the date "%s" has the date %s', async (date, expected) => {
    const [row] = await rowsOf([Buffer.from(`From: a@example.org\r\nDate: ${date}\r\n\r\nbody\r\n`)], false)
    expect(row?.header?.date).toBe(expected)
    if (row) expectValid(row)
    expect(arrivalDateOf(Buffer.from(`Received: by x; ${date}\r\n\r\n`))).toBe(expected)
  })

  it('announcements match their schema for rows with times beyond the year 9999, and list the omitted times', () => {
    const row = sampleMessage()
    const late = '+010000-01-01T11:00:00.000Z'
    const old = {
      ...row,
      source: { ...row.source, internalDate: late },
      ...(row.header && { header: { ...row.header, date: late } }),
    }
    expectValid(old)
    const announcement = announcementOf(old, 'raw-mail')
    expect(announcement.header).not.toHaveProperty('date')
    expect(announcement).not.toHaveProperty('receivedAt')
    expect(announcement.truncated).toEqual(['date', 'receivedAt'])
  })

  it('announcements match their schema for any date in a header', () => {
    fc.assert(
      fc.property(dates, (date) => {
        expect(headerDateOf(date) ?? '2000-01-01T00:00:00.000Z').toMatch(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/)
      }),
      { numRuns: 5_000 },
    )
  })
})

it('a row without a valid announcement is not announced, and the account’s fetching continues', async () => {
  const published: string[] = []
  const topic = {
    publishBatch: async (entries: ReadonlyArray<{ readonly body: string }>) => {
      published.push(...entries.map(({ body }) => body))
      return entries.map(() => undefined)
    },
  }
  const server = new FakeServer([aMail(1), aMail(2), aMail(3)])
  const { services, state } = memoryServices(server)
  const announcer = new SnsAnnouncer(topic as never, 'raw-mail')
  const broken = {
    ...services,
    announcer: {
      announce: (row: Message) => announcer.announce(row.source.uid === '2' ? { ...row, size: -1 } : row),
    },
  }
  const run = await takeJob(broken, tick(), aDeadline(state.now))
  expect(run).toMatchObject({ state: 'done', counts: { stored: 3, announced: 2, deleted: 2 } })
  expect(run.events).toMatchObject([{ code: 'announcement-failed' }])
  expect(server.messages.map(({ uid }) => uid)).toEqual(['2'])
  expect(published).toHaveLength(2)
})
