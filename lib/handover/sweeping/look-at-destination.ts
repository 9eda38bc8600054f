import type { Circuit } from '../circuits/circuit.ts'
import type { Destination } from '../destinations/destination.ts'
import type { DestinationFigures } from '../destinations/figures.ts'
import { agentBackNotice, resumptionNotice, silenceNotice, suspensionNotice } from './handover-notices.ts'
import { type AgentSigns, signsOfAgent } from './silent-agents.ts'
import type { SweepServices } from './sweep-services.ts'

export interface Looked {
  readonly destinationId: string
  readonly figures: DestinationFigures
  /** Whether mail is delivered at present. Someone paused the others on purpose. */
  readonly valid: boolean
  readonly suspended: boolean
}

/**
 * Counts the deliveries of a destination, and notifies admins once when it is suspended or its agent is silent, and once
 * when this is over. The figures record which notices were sent. They are written afterwards, so a crash in between
 * repeats a notice.
 */
export const lookAtDestination = async (services: SweepServices, destination: Destination): Promise<Looked> => {
  const { circuits, counts, figures, now } = services
  const { destinationId } = destination
  const valid = destination.validity === 'valid'
  const former = await figures.read(destinationId)
  const circuit = valid ? await circuits.read(destinationId) : undefined
  const signs = await signsOfAgent(services, destination)
  const latest: DestinationFigures = {
    at: now().toISOString(),
    ...(await counts.of(destinationId)),
    ...(await announceSuspension(services, destination, circuit, former)),
    ...(await announceSilence(services, destination, signs, former)),
  }
  await figures.write(destinationId, latest)
  return { destinationId, figures: latest, valid, suspended: latest.suspendedSince !== undefined }
}

type Former = DestinationFigures | undefined

const announceSuspension = async (
  { notices, now }: SweepServices,
  destination: Destination,
  circuit: Circuit | undefined,
  former: Former,
): Promise<Pick<DestinationFigures, 'suspendedSince' | 'suspensionNoticedAt'>> => {
  const suspendedSince = circuit?.suspendedAt
  const noticedAt = former?.suspensionNoticedAt
  if (!circuit || suspendedSince === undefined) {
    if (noticedAt !== undefined) await notices.publish(resumptionNotice(destination))
    return {}
  }
  if (noticedAt !== undefined && former?.suspendedSince === suspendedSince)
    return { suspendedSince, suspensionNoticedAt: noticedAt }
  await notices.publish(suspensionNotice(destination, circuit))
  return { suspendedSince, suspensionNoticedAt: now().toISOString() }
}

const announceSilence = async (
  { notices, now }: SweepServices,
  destination: Destination,
  { silentSince, seenAt }: AgentSigns,
  former: Former,
): Promise<Pick<DestinationFigures, 'agentSilentSince' | 'agentSilenceNoticedAt'>> => {
  const { agentSilentSince: formerSince = '', agentSilenceNoticedAt: noticedAt } = former ?? {}
  if (silentSince === undefined) {
    const seenSince = seenAt !== undefined && seenAt > formerSince ? seenAt : undefined
    if (noticedAt !== undefined) await notices.publish(agentBackNotice(destination, seenSince))
    return {}
  }
  if (noticedAt !== undefined && formerSince === silentSince)
    return { agentSilentSince: silentSince, agentSilenceNoticedAt: noticedAt }
  await notices.publish(silenceNotice(destination, silentSince))
  return { agentSilentSince: silentSince, agentSilenceNoticedAt: now().toISOString() }
}
