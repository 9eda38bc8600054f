import type { Destination } from '../../../lib/handover/destinations/destination.ts'

/** A pull destination that selects all mail. */
export const destinationOf = (more: Partial<Destination> = {}): Destination => ({
  destinationId: 'destination-1',
  name: 'OTOBO',
  kind: 'pull',
  validity: 'valid',
  selection: { queueIds: 'all', trustedOnly: false, loops: true },
  queueMap: { names: {} },
  limits: { concurrency: 1, timeoutSeconds: 60, largestSize: 50 * 1024 * 1024 },
  doubt: 'repeat',
  comment: '',
  createdAt: '2026-03-01T09:00:00.000Z',
  createdBy: 'jane@example.com',
  changedAt: '2026-03-01T09:00:00.000Z',
  changedBy: 'jane@example.com',
  version: 1,
  ...more,
})
