import { describe, expect, test } from 'vitest'
import { destinationInputSchema } from '../../../../lib/handover/destinations/destination-input.ts'
import type { Destination } from '../../../../web/destinations/destination.ts'
import { compared } from '../../../../web/destinations/form/compared.ts'
import { draftOf, emptyDraft, inputOf } from '../../../../web/destinations/form/draft.ts'

const stored: Destination = {
  destinationId: 'd1',
  name: 'Tickets',
  kind: 'webhook',
  validity: 'valid',
  selection: { queueIds: ['q1', 'q2'], accountIds: ['a1'], trustedOnly: true, loops: false },
  queueMap: { names: { q1: 'First level' }, default: 'Postmaster' },
  limits: { concurrency: 3, timeoutSeconds: 20, largestSize: 1_572_864 },
  doubt: 'ask',
  controlHeaderPrefix: 'X-OTOBO-',
  comment: 'Service desk',
  webhook: { url: 'https://tickets.example.com/hook', mode: 'raw', auth: { kind: 'header', header: 'x-api-key' } },
  createdAt: '2026-03-01T09:00:00.000Z',
  createdBy: 'anna',
  changedAt: '2026-03-01T10:00:00.000Z',
  changedBy: 'bert',
  status: { state: 'ok', warnings: [] },
}
const copied = (): Destination => structuredClone(stored)

describe('the form of a destination', () => {
  test('a stored destination that is saved unchanged keeps every setting, and sends no secret', () => {
    const { destinationId, createdAt, createdBy, changedAt, changedBy, status, ...settings } = stored
    expect(inputOf(draftOf(copied()))).toEqual(settings)
  })

  test.each(['pull', 'webhook'] as const)(
    'a new destination of the kind %s is accepted after its name and its address are typed',
    (kind) => {
      const draft = { ...emptyDraft(), kind, name: ' OTOBO ', url: 'https://tickets.example.com' }
      const input = inputOf(draft)
      expect(destinationInputSchema.safeParse(input).error).toBeUndefined()
      expect(input).toMatchObject({ name: 'OTOBO', limits: { largestSize: 50 * 1024 * 1024 } })
      expect(input.webhook?.signingSecret).toBe(kind === 'webhook' ? draft.signingSecret : undefined)
    },
  )

  test('each new webhook has its own signing secret of 32 bytes', () => {
    const [one, other] = [emptyDraft().signingSecret, emptyDraft().signingSecret]
    expect(one).not.toBe(other)
    expect(Buffer.from(one.replace('whsec_', ''), 'base64')).toHaveLength(32)
  })

  test('a row without a queue and without a name is not a name', () => {
    const draft = { ...emptyDraft(), queueNames: [{ queueId: '', name: ' ' }] }
    expect(inputOf(draft).queueMap).toEqual({ names: {} })
  })

  test('the change of another person is shown beside one’s own', () => {
    const mine = { ...draftOf(copied()), comment: 'Mine', timeoutSeconds: '30' }
    const fields = compared({ ...copied(), comment: 'Theirs' }, mine)
    expect(fields.filter(({ theirs, mine: own }) => theirs !== own)).toEqual([
      { label: 'Comment (optional)', theirs: 'Theirs', mine: 'Mine' },
      { label: 'Seconds for an answer', theirs: '20', mine: '30' },
    ])
  })
})
