import type { Profile } from './profile.ts'

/** More than anybody takes back; of those before, grants do not fit again. */
const remembered = 10

type Client = Pick<Profile, 'providerId' | 'tenant' | 'clientId' | 'grant'>
type ClientEpoch = Pick<Profile, 'grantEpoch' | 'formerClients'>

/**
 * The epoch of a profile that was changed. Tokens belong to the client as the provider knows it: another one begins an epoch that never was, and
 * one that was there before has its own again, so that taking a mistake back costs nobody a consent.
 */
export const clientEpochAfter = (before: Profile, after: Client): ClientEpoch => {
  const { formerClients = [], grantEpoch } = before
  if (isSameClient(before, after)) return withFormer(grantEpoch, formerClients)
  const known = formerClients.find((former) => isSameClient(former, after))
  const { providerId, tenant, clientId, grant } = before
  const former = [
    { providerId, ...(tenant !== undefined && { tenant }), clientId, grant, grantEpoch },
    ...formerClients.filter((one) => one !== known),
  ]
  // The highest is always among them: only a new epoch, which is higher, lets one go.
  const next = Math.max(...former.map((one) => one.grantEpoch)) + 1
  return withFormer(known?.grantEpoch ?? next, former.slice(0, remembered))
}

const withFormer = (grantEpoch: number, formerClients: NonNullable<Profile['formerClients']>): ClientEpoch => ({
  grantEpoch,
  ...(formerClients.length > 0 && { formerClients }),
})

const isSameClient = (one: Client, other: Client): boolean =>
  one.providerId === other.providerId &&
  one.tenant === other.tenant &&
  one.clientId === other.clientId &&
  one.grant === other.grant
