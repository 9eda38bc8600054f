import type { Circuit } from '../circuits/circuit.ts'
import type { Destination } from '../destinations/destination.ts'
import type { DestinationFigures } from '../destinations/figures.ts'
import { silenceNotice, suspensionNotice } from './handover-notices.ts'
import { silenceOf } from './silent-agents.ts'
import type { SweepServices } from './sweep-services.ts'

export interface Looked {
  readonly destinationId: string
  readonly figures: DestinationFigures
  /** Whether mail is delivered at present. Someone paused the others on purpose. */
  readonly valid: boolean
  readonly suspended: boolean
}

/** Counts the deliveries of a destination, and notifies admins once of each suspension and each silence of an agent. */
export const lookAtDestination = async (services: SweepServices, destination: Destination): Promise<Looked> => {
  const { circuits, counts, figures, now } = services
  const { destinationId } = destination
  const valid = destination.validity === 'valid'
  const circuit = await circuits.read(destinationId)
  const suspended = valid && circuit?.suspendedAt !== undefined
  if (circuit && suspended) await announceSuspension(services, destination, circuit)
  const silentSince = await silenceOf(services, destination)
  const latest: DestinationFigures = {
    at: now().toISOString(),
    ...(await counts.of(destinationId)),
    ...(silentSince !== undefined && {
      agentSilentSince: silentSince,
      agentSilenceNoticedAt: await announceSilence(services, destination, silentSince),
    }),
  }
  await figures.write(destinationId, latest)
  return { destinationId, figures: latest, valid, suspended }
}

/** The notice is recorded after it was sent, so a crash in between repeats it. */
const announceSuspension = async (
  { circuits, notices, now }: SweepServices,
  destination: Destination,
  circuit: Circuit,
): Promise<void> => {
  if (circuit.noticedAt !== undefined) return
  await notices.publish(suspensionNotice(destination, circuit))
  await circuits.markNoticed(destination.destinationId, circuit, now().toISOString())
}

/** @returns when admins were notified of this silence */
const announceSilence = async (
  { figures, notices, now }: SweepServices,
  destination: Destination,
  silentSince: string,
): Promise<string> => {
  const former = await figures.read(destination.destinationId)
  if (former?.agentSilentSince === silentSince && former.agentSilenceNoticedAt !== undefined)
    return former.agentSilenceNoticedAt
  await notices.publish(silenceNotice(destination, silentSince))
  return now().toISOString()
}
