import { isDeepStrictEqual } from 'node:util'
import type { Profile } from './profile.ts'

/**
 * The number of former clients to remember, more than an admin is likely to revert. Grants of older clients stay
 * outdated.
 */
const remembered = 10

type Client = Pick<Profile, 'providerId' | 'tenant' | 'clientId' | 'grant'>
type ClientEpoch = Pick<Profile, 'grantEpoch' | 'formerClients'>

/**
 * Determines the epoch of a changed profile. Tokens belong to the client that the provider issued them to. A new client
 * begins a new epoch, and a former client gets its old epoch back, so that no consent is lost when a mistake is
 * reverted.
 */
export const clientEpochAfter = (before: Profile, after: Client): ClientEpoch => {
  const { formerClients = [], grantEpoch } = before
  if (isSameClient(before, after)) return withFormer(grantEpoch, formerClients)
  const known = formerClients.find((former) => isSameClient(former, after))
  const former = [{ ...clientIn(before), grantEpoch }, ...formerClients.filter((one) => one !== known)]
  // The highest epoch is always among them, because only a new and therefore higher epoch drops one.
  const next = Math.max(...former.map((one) => one.grantEpoch)) + 1
  return withFormer(known?.grantEpoch ?? next, former.slice(0, remembered))
}

const withFormer = (grantEpoch: number, formerClients: NonNullable<Profile['formerClients']>): ClientEpoch => ({
  grantEpoch,
  ...(formerClients.length > 0 && { formerClients }),
})

const clientIn = ({ providerId, tenant, clientId, grant }: Client): Client => ({
  providerId,
  ...(tenant !== undefined && { tenant }),
  clientId,
  grant,
})

const isSameClient = (one: Client, other: Client): boolean => isDeepStrictEqual(clientIn(one), clientIn(other))
