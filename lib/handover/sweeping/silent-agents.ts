import type { Destination } from '../destinations/destination.ts'
import type { SweepServices } from './sweep-services.ts'

/** In milliseconds. An agent asks every 15 seconds or more often. */
const silentAfter = 15 * 60_000

/**
 * @returns since when no agent has asked for the deliveries of a valid pull destination, or undefined if one has asked
 * within 15 minutes. A destination without a token is still being set up.
 */
export const agentSilentSince = async (
  { tokens, now }: Pick<SweepServices, 'tokens' | 'now'>,
  { destinationId, kind, validity }: Destination,
): Promise<string | undefined> => {
  if (kind !== 'pull' || validity !== 'valid') return undefined
  const used = await tokens.ofDestination(destinationId)
  const [latest] = used
    .map(({ lastUsedAt, createdAt }) => lastUsedAt ?? createdAt)
    .toSorted()
    .toReversed()
  const limit = new Date(now().getTime() - silentAfter).toISOString()
  return latest !== undefined && latest < limit ? latest : undefined
}
