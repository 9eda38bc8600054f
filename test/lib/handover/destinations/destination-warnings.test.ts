import { describe, expect, it } from 'vitest'
import type { Destination } from '../../../../lib/handover/destinations/destination.ts'
import {
  type DestinationState,
  destinationWarningsOf,
} from '../../../../lib/handover/destinations/destination-warnings.ts'

const now = new Date('2026-03-01T10:00:00.000Z')
const destination = (fields: Partial<Destination> = {}): Destination => ({
  destinationId: 'd1',
  name: 'OTOBO',
  kind: 'pull',
  validity: 'valid',
  selection: { queueIds: 'all', trustedOnly: false, loops: true },
  queueMap: { names: {} },
  limits: { concurrency: 1, timeoutSeconds: 30, largestSize: 1024 },
  doubt: 'repeat',
  comment: '',
  version: 1,
  createdAt: '2026-03-01T09:00:00.000Z',
  createdBy: 'anna',
  changedAt: '2026-03-01T09:00:00.000Z',
  changedBy: 'anna',
  ...fields,
})
const token = (lastUsedAt?: string) => ({
  createdAt: '2026-03-01T09:00:00.000Z',
  ...(lastUsedAt && { lastUsedAt, agent: { version: '1.0.0', host: 'otobo01' } }),
})
const figures = (fields: object = {}) => ({ at: now.toISOString(), open: 0, inDoubt: 0, quarantined: 0, ...fields })
const fresh = [token('2026-03-01T09:59:00.000Z')]
const circuit = {
  openedAt: '2026-03-01T08:00:00.000Z',
  nextProbeAt: '2026-03-01T10:30:00.000Z',
  probes: 3,
  reason: { code: 'refused', detail: 'It answered with status 503.', remedy: 'Check the receiver.' },
  revision: 1,
}
const codes = (state: Partial<DestinationState>, fields: Partial<Destination> = {}) =>
  destinationWarningsOf(destination(fields), { tokens: fresh, ...state }, now).map(({ code }) => code)

describe('the warnings of a destination', () => {
  it.each<[string, string[], Partial<DestinationState>, Partial<Destination>]>([
    ['that works', [], { figures: figures({ open: 3, oldestOpenAt: '2026-03-01T09:50:00.000Z' }) }, {}],
    ['without a token', ['no-token'], { tokens: [] }, {}],
    ['whose agent asked 16 minutes ago', ['agent-silent'], { tokens: [token('2026-03-01T09:44:00.000Z')] }, {}],
    ['whose agent never asked', ['agent-silent'], { tokens: [token()] }, {}],
    ['that is paused without an agent', [], { tokens: [] }, { validity: 'invalid' }],
    ['of the kind webhook without a token', [], { tokens: [] }, { kind: 'webhook' }],
    ['that fails', ['destination-failing'], { circuit }, {}],
    ['that is suspended', ['destination-suspended'], { circuit: { ...circuit, suspendedAt: circuit.openedAt } }, {}],
    ['with a quarantined delivery', ['quarantine-not-empty'], { figures: figures({ quarantined: 1 }) }, {}],
    [
      'with a late delivery',
      ['deliveries-late'],
      { figures: figures({ open: 1, oldestOpenAt: '2026-03-01T09:29:00.000Z' }) },
      {},
    ],
    [
      'that is paused with deliveries',
      ['deliveries-wait'],
      { figures: figures({ open: 2, oldestOpenAt: '2026-03-01T08:00:00.000Z' }) },
      { validity: 'invalid-temporarily' },
    ],
    [
      'with everything at once',
      ['destination-failing', 'no-token', 'quarantine-not-empty', 'deliveries-late'],
      { circuit, tokens: [], figures: figures({ open: 1, quarantined: 1, oldestOpenAt: '2026-03-01T08:00:00.000Z' }) },
      {},
    ],
  ])('a destination %s has the warnings %j', (_, expected, state, fields) => {
    expect(codes(state, fields)).toEqual(expected)
  })

  it('a warning says what happened, since when, and what to do', () => {
    expect(destinationWarningsOf(destination(), { tokens: fresh, circuit }, now)).toEqual([
      {
        code: 'destination-failing',
        detail:
          'The destination has been failing since 2026-03-01T08:00:00.000Z, so its deliveries wait in order. It answered with status 503.',
        remedy:
          'Check the receiver. Postmaster tries again at 2026-03-01T10:30:00.000Z, and continues as soon as the destination works. To try now, retry one of its deliveries.',
      },
    ])
    const tokens = [token('2026-03-01T09:00:00.000Z'), token('2026-03-01T09:30:00.000Z')]
    expect(destinationWarningsOf(destination(), { tokens }, now)[0]?.detail).toBe(
      'No agent has asked for deliveries since 2026-03-01T09:30:00.000Z, when the agent on otobo01 did.',
    )
  })
})
