import type { Destination, DestinationToken } from '../../lib/handover/destinations/destination.ts'
import type { DynamoDestinations } from '../../lib/handover/destinations/destination-store.ts'
import type { DynamoDestinationTokens } from '../../lib/handover/destinations/destination-tokens.ts'
import { ProblemError } from '../../lib/reasons/problem.ts'
import type { HttpEvent } from '../shared/http/request.ts'

export interface AuthorizeServices {
  readonly tokens: Pick<DynamoDestinationTokens, 'find' | 'markUsed'>
  readonly destinations: Pick<DynamoDestinations, 'read'>
}

export interface Authorized {
  readonly token: DestinationToken
  readonly destination: Destination
}

/** RFC 6750 section 2.1. A token of a destination is `pmt_` and 256 bits as base64url. */
const bearer = /^bearer +(pmt_[A-Za-z0-9_-]{43})$/i

/**
 * Finds the destination whose token the request contains. The response is the same for every token that is not valid, so
 * it reveals nothing about tokens.
 * @throws ProblemError `not-signed-in`
 */
export const authorize = async (
  { tokens, destinations }: AuthorizeServices,
  { headers }: HttpEvent,
): Promise<Authorized> => {
  const text = bearer.exec(headers.authorization ?? '')?.[1]
  const token = text === undefined ? undefined : await tokens.find(text)
  const destination = token && (await destinations.read(token.destinationId))
  if (!token || !destination)
    throw new ProblemError('not-signed-in', 'The request does not contain a valid token of a destination.')
  return { token, destination }
}
