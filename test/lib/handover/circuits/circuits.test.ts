import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { Circuit } from '../../../../lib/handover/circuits/circuit.ts'
import { DynamoCircuits } from '../../../../lib/handover/circuits/dynamo-circuits.ts'
import { probeAfter } from '../../../../lib/handover/circuits/probe-times.ts'
import { FiguresStore } from '../../../../lib/handover/destinations/figures.ts'
import { startTables, type TestTables } from '../../../support/dynamo.ts'

const start = Date.parse('2026-03-01T10:00:00.000Z')
const minute = (minutes: number): string => new Date(start + minutes * 60_000).toISOString()
const why = { code: 'connection-refused', detail: 'The server refused the connection.', remedy: 'Start the server.' }

let tables: TestTables
let circuits: DynamoCircuits
beforeAll(async () => {
  tables = await startTables()
  circuits = new DynamoCircuits(tables.table('handover'))
})
beforeEach(() => tables.clear())
afterAll(() => tables.stop())

const read = async (): Promise<Circuit> => {
  const circuit = await circuits.read('d1')
  if (!circuit) throw new Error('There is no circuit')
  return circuit
}

describe('circuits', () => {
  it('probe after 1, 2, 5, 10 and 30 minutes, and then hourly', async () => {
    await circuits.open('d1', why, minute(0), false)
    const probes: number[] = []
    for (let i = 0; i < 8; i += 1) {
      const circuit = await read()
      const at = circuit.nextProbeAt
      probes.push((Date.parse(at) - start) / 60_000)
      expect(await circuits.takeProbe('d1', circuit, probeAfter(circuit, at))).toBe(true)
      await circuits.open('d1', why, at, false)
    }
    expect(probes).toEqual([1, 3, 8, 18, 48, 108, 168, 228])
  })

  it('give each probe to one caller', async () => {
    const circuit = await circuits.open('d1', why, minute(0), false)
    const taken = await Promise.all([1, 2, 3].map(() => circuits.takeProbe('d1', circuit, minute(3))))
    expect(taken.filter(Boolean)).toHaveLength(1)
    expect(await read()).toMatchObject({ probes: 1, nextProbeAt: minute(3), openedAt: minute(0) })
  })

  it('probe at once if a person asks, and keep their place in the pauses', async () => {
    await circuits.probeNow('d1', minute(0))
    expect(await circuits.read('d1')).toBeUndefined()
    await circuits.open('d1', { ...why, retryAfter: minute(300) }, minute(0), false)
    await circuits.probeNow('d1', minute(2))
    expect(await read()).toMatchObject({ probes: 0, nextProbeAt: minute(2) })
  })

  it('do not count probes when ten workers fail at once', async () => {
    await Promise.all(Array.from({ length: 10 }, () => circuits.open('d1', why, minute(0), false)))
    expect(await read()).toMatchObject({ probes: 0, nextProbeAt: minute(1), revision: 10 })
  })

  it.each([
    ['23 hours and 59 minutes', 24 * 60 - 1, undefined],
    ['24 hours', 24 * 60, minute(24 * 60)],
  ])('suspend a destination that has failed for 24 hours: %s', async (_title, minutes, suspendedAt) => {
    await circuits.open('d1', why, minute(0), false)
    await circuits.open('d1', { ...why, code: 'timed-out' }, minute(minutes), false)
    const circuit = await read()
    expect(circuit.suspendedAt).toBe(suspendedAt)
    expect(circuit.reason.code).toBe('timed-out')
  })

  it('suspend a destination at once if it asks for that', async () => {
    expect(await circuits.open('d1', why, minute(0), true)).toMatchObject({ suspendedAt: minute(0) })
    await circuits.open('d2', why, minute(0), false)
    expect(await circuits.open('d2', why, minute(1), true)).toMatchObject({ suspendedAt: minute(1) })
    expect(await circuits.open('d2', why, minute(2), true)).toMatchObject({ suspendedAt: minute(1) })
  })

  it('wait at least as long as the destination asks', async () => {
    await circuits.open('d1', { ...why, retryAfter: minute(20) }, minute(0), false)
    await circuits.open('d1', { ...why, retryAfter: minute(5) }, minute(0), false)
    expect(await read()).toMatchObject({ nextProbeAt: minute(20) })
  })

  it('report whether a circuit was open when they close it', async () => {
    expect(await circuits.close('d1')).toBe(false)
    await circuits.open('d1', why, minute(0), false)
    expect([...(await circuits.readMany(['d1', 'd2'])).keys()]).toEqual(['d1'])
    expect(await circuits.close('d1')).toBe(true)
    expect(await circuits.read('d1')).toBeUndefined()
  })
})

it('Figures of destinations replace the former ones', async () => {
  const figures = new FiguresStore(tables.table('handover'))
  await figures.write('d1', { at: minute(0), open: 3, oldestOpenAt: minute(0), inDoubt: 1, quarantined: 0 })
  await figures.write('d1', { at: minute(1), open: 0, inDoubt: 0, quarantined: 2 })
  expect(await figures.read('d1')).toEqual({ at: minute(1), open: 0, inDoubt: 0, quarantined: 2 })
  expect(await figures.readMany(['d2'])).toEqual(new Map())
})
