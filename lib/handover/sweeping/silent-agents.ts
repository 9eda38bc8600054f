import { agentSilentSince, lastSignOf } from '../destinations/agent-sign.ts'
import type { Destination } from '../destinations/destination.ts'
import type { SweepServices } from './sweep-services.ts'

/** What is known of the agents of a destination. Times are in ISO 8601. */
export interface AgentSigns {
  /** Since when no agent has asked for deliveries. Absent if one asked recently, or if none is expected. */
  readonly silentSince?: string | undefined
  /** When an agent asked last. */
  readonly seenAt?: string | undefined
}

/** A destination without a token is still being set up, so it expects no agent. */
export const signsOfAgent = async (
  { tokens, now }: Pick<SweepServices, 'tokens' | 'now'>,
  destination: Destination,
): Promise<AgentSigns> => {
  if (destination.kind !== 'pull') return {}
  const found = await tokens.ofDestination(destination.destinationId)
  if (found.length === 0) return {}
  return { silentSince: agentSilentSince(destination, found, now()), seenAt: lastSignOf(found)?.lastUsedAt }
}
