import { deliveryIdOf, isEnded, leftLane } from '../../../../lib/handover/ledger/delivery.ts'
import type { World } from './world.ts'

/** Whether nothing is left to do. */
export const isAtRest = ({ memory, processes, journal }: World): boolean =>
  processes.every(({ waits }) => !waits) &&
  memory.wakes.length === 0 &&
  journal.entries.size === 0 &&
  [...memory.messages.values()].every(({ unplanned }) => !unplanned) &&
  [...memory.rows.values()].every((row) => leftLane(row) && row.dueAt === undefined)

/** The work that is left after everything had time to come to rest. */
export const faultsAtRest = ({ memory }: World): string[] => [
  ...[...memory.messages.values()]
    .filter(({ unplanned }) => unplanned)
    .map(({ message }) => `${message.messageId} is unplanned`),
  ...[...memory.rows.values()]
    .filter((row) => !leftLane(row) || row.dueAt !== undefined)
    .map((row) => `${row.deliveryId} stays ${row.state}, due ${row.dueAt}`),
  ...[...memory.lanes.values()]
    .flatMap((markers) => [...markers.values()])
    .map(({ deliveryId }) => `${deliveryId} has a marker, and is ${memory.rows.get(deliveryId)?.state}`),
]

/** The promises of hand-over, compared with what the receivers got. */
export const verdictOf = ({ memory, receivers }: World): string[] => {
  const faults: string[] = []
  const wanted = [...memory.messages.values()].flatMap(({ message, plannedFor = [] }) =>
    plannedFor.map((destinationId) => deliveryIdOf(destinationId, message.messageId)),
  )
  // A person repeats a replay or redirection that failed halfway.
  for (const id of wanted) if (!memory.rows.has(id) && !memory.touched.has(id)) faults.push(`the balance lacks ${id}`)
  for (const id of memory.rows.keys()) if (!wanted.includes(id)) faults.push(`the balance does not expect ${id}`)

  for (const { message, plannedFor = [] } of memory.messages.values()) {
    const decided = memory.decisions.get(message.messageId)
    if (plannedFor.length !== decided?.size || !plannedFor.every((id) => decided.has(id)))
      faults.push(`the decision about ${message.messageId} changed`)
  }

  for (const row of memory.rows.values()) {
    const { deliveryId, state, possiblyDoubled } = row
    const tickets = receivers.tickets.get(deliveryId) ?? 0
    const wasTouched = memory.touched.has(deliveryId)
    if (state === 'delivered' && tickets === 0) faults.push(`${deliveryId} is lost`)
    if (state === 'handled' && !wasTouched) faults.push(`${deliveryId} is handled without a person`)
    if (tickets > 1 && !wasTouched) {
      const canDouble = receivers.idempotency === 'none' || memory.destinations.get(row.destinationId)?.kind === 'pull'
      if (!canDouble) faults.push(`${deliveryId} is doubled at a receiver that prevents it`)
      if (!possiblyDoubled) faults.push(`${deliveryId} is doubled without a mark`)
    }
  }
  for (const { message } of memory.messages.values()) {
    const { plannedFor = [] } = memory.messages.get(message.messageId) ?? {}
    const rows = plannedFor.map((id) => memory.rows.get(deliveryIdOf(id, message.messageId)))
    if (rows.length > 0 && rows.every((row) => row && isEnded(row)) && !memory.tagged.has(message.messageId))
      faults.push(`${message.messageId} never expires`)
  }
  return faults
}
