import { agentSilentSince } from '../destinations/agent-sign.ts'
import type { Destination } from '../destinations/destination.ts'
import type { SweepServices } from './sweep-services.ts'

/** @returns since when a destination's agent is silent. A destination without a token is still being set up. */
export const silenceOf = async (
  { tokens, now }: Pick<SweepServices, 'tokens' | 'now'>,
  destination: Destination,
): Promise<string | undefined> => {
  if (destination.kind !== 'pull') return undefined
  const found = await tokens.ofDestination(destination.destinationId)
  return found.length === 0 ? undefined : agentSilentSince(destination, found, now())
}
