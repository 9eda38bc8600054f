import type { Destination, DestinationToken } from './destination.ts'

/** In milliseconds. An agent asks at least every 15 seconds, so this one has stopped or cannot reach the API. */
const silentAfter = 15 * 60_000

type Signs = Pick<DestinationToken, 'createdAt' | 'lastUsedAt' | 'agent'>

/** @returns the token that was used last, if one was */
export const lastSignOf = <Token extends Signs>(tokens: readonly Token[]): Token | undefined =>
  tokens
    .filter((token) => token.lastUsedAt !== undefined)
    .toSorted((one, other) => (other.lastUsedAt ?? '').localeCompare(one.lastUsedAt ?? ''))[0]

/**
 * @returns the time since which no agent has asked for deliveries of a pull destination; undefined if one asked
 * recently. A destination that is not valid expects no agent, and a new token gives time to start one.
 */
export const agentSilentSince = (
  { kind, validity, createdAt }: Pick<Destination, 'kind' | 'validity' | 'createdAt'>,
  tokens: readonly Signs[],
  now: Date,
): string | undefined => {
  if (kind !== 'pull' || validity !== 'valid') return undefined
  const since = tokens.map((token) => token.lastUsedAt ?? token.createdAt).reduce(latest, createdAt)
  return now.getTime() - Date.parse(since) > silentAfter ? since : undefined
}

const latest = (one: string, other: string): string => (one > other ? one : other)
