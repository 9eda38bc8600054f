import * as z from 'zod'
import { reasonOf, reasonSchema } from '../../reasons/reason.ts'
import { attributesOf } from '../../tables/row-format.ts'
import { TableStore } from '../../tables/table-store.ts'
import type { Circuit, DestinationFailure } from './circuit.ts'
import { firstProbeAt, isSuspensionDue } from './probe-times.ts'

const circuitSchema = z.object({
  openedAt: z.string(),
  nextProbeAt: z.string(),
  probes: z.int(),
  suspendedAt: z.string().optional(),
  reason: reasonSchema,
  revision: z.int(),
})
const circuitRowSchema = circuitSchema.extend({ destinationId: z.string() })

/** Up to ten workers of a destination can fail at the same moment, and all but one of them then have to read again. */
const tries = 12

/** The circuits as rows of the handover table. */
export class DynamoCircuits extends TableStore {
  async read(destinationId: string): Promise<Circuit | undefined> {
    const row = await this.table.get(circuitKey(destinationId))
    return row && circuitSchema.parse(row)
  }

  /** @returns the open circuits by destination */
  async readMany(destinationIds: readonly string[]): Promise<ReadonlyMap<string, Circuit>> {
    const rows = await this.table.getMany(destinationIds.map(circuitKey))
    return new Map(
      rows.map((row) => {
        const { destinationId, ...circuit } = circuitRowSchema.parse(row)
        return [destinationId, circuit]
      }),
    )
  }

  /** Opens the circuit. If it is already open, records why the destination still fails. */
  async open(destinationId: string, why: DestinationFailure, at: string, suspend: boolean): Promise<Circuit> {
    for (let attempt = 0; attempt < tries; attempt += 1) {
      const read = await this.read(destinationId)
      const next = read ? failedAgain(read, why, at, suspend) : opened(why, at, suspend)
      if (await this.#write(destinationId, read, next)) return next
    }
    throw new Error('The circuit changed on every attempt to open it')
  }

  /**
   * Takes the probe that is due, and counts it.
   * @param next when the following probe is due (see `probeAfter`)
   * @returns whether the caller may send the probe; false if another caller took it
   */
  async takeProbe(destinationId: string, read: Circuit, next: string): Promise<boolean> {
    return await this.#write(destinationId, read, {
      ...read,
      nextProbeAt: next,
      probes: read.probes + 1,
      revision: read.revision + 1,
    })
  }

  /** Makes the next probe due now, because a person expects the destination to work. Does nothing without a circuit. */
  async probeNow(destinationId: string, at: string): Promise<void> {
    for (let attempt = 0; attempt < tries; attempt += 1) {
      const read = await this.read(destinationId)
      if (!read || read.nextProbeAt <= at) return
      if (await this.#write(destinationId, read, { ...read, nextProbeAt: at, revision: read.revision + 1 })) return
    }
    throw new Error('The circuit changed on every attempt to bring its probe forward')
  }

  /** @returns whether a circuit was open */
  async close(destinationId: string): Promise<boolean> {
    return await this.table.delete(circuitKey(destinationId), { text: 'attribute_exists(#key)' })
  }

  async #write(destinationId: string, read: Circuit | undefined, next: Circuit): Promise<boolean> {
    return await this.table.replace(
      { ...next, destinationId, key: circuitKey(destinationId) },
      attributesOf(circuitRowSchema),
      read ? { text: '#revision = :read', values: { read: read.revision } } : { text: 'attribute_not_exists(#key)' },
    )
  }
}

export type Circuits = Pick<DynamoCircuits, 'read' | 'open' | 'takeProbe' | 'probeNow' | 'close'>

const opened = (why: DestinationFailure, at: string, suspend: boolean): Circuit => ({
  openedAt: at,
  nextProbeAt: later(firstProbeAt(at), why.retryAfter),
  probes: 0,
  ...(suspend && { suspendedAt: at }),
  reason: reasonOf(why),
  revision: 1,
})

/** Only `takeProbe` counts probes, because ten workers that fail at the same moment are not ten probes. */
const failedAgain = (read: Circuit, why: DestinationFailure, at: string, suspend: boolean): Circuit => ({
  ...read,
  nextProbeAt: later(read.nextProbeAt, why.retryAfter),
  suspendedAt: read.suspendedAt ?? (suspend || isSuspensionDue(read.openedAt, at) ? at : undefined),
  reason: reasonOf(why),
  revision: read.revision + 1,
})

/** ISO times in UTC sort as text. */
const later = (one: string, other: string | undefined): string => (other !== undefined && other > one ? other : one)

const circuitKey = (destinationId: string): string => `circuit#${destinationId}`
