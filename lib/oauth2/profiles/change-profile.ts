import { changeVersioned, type Versioned } from '../../changes/versioned-change.ts'
import { clientEpochAfter } from './client-epoch.ts'
import { changeableProfile, nameTaken, type ProfileChange } from './manage-profiles.ts'
import { patchedProfile } from './patched-profile.ts'
import type { Profile } from './profile.ts'
import type { ProfileInput } from './profile-input.ts'
import { parseProfileInput } from './profile-rules.ts'
import type { ProfileServices } from './profile-services.ts'
import { refuseBreakingChange } from './profile-use.ts'
import { type ProfileView, profileViewOf } from './profile-view.ts'

/**
 * PUT: omitted fields return to their defaults. The client secret is kept if it is not sent to another server.
 * @throws the same errors as `apply`
 */
export const replaceProfile = async (services: ProfileServices, change: ProfileChange, raw: unknown) =>
  await apply(services, change, () => raw)

/** Applies a JSON Merge Patch (RFC 7396). @throws the same errors as `apply` */
export const changeProfile = async (services: ProfileServices, change: ProfileChange, patch: unknown) =>
  await apply(services, change, (current) => patchedProfile(current, patch))

/**
 * The order is: secret, audit entry, row, deletion of a secret that is no longer used. If the row has changed since it
 * was read, no row refers to the new version of the secret.
 * @throws ProblemError `not-found`, `invalid-request`, `name-taken`, `profile-in-use`, `changed-meanwhile`
 */
const apply = async (
  services: ProfileServices,
  { profileId, ...change }: ProfileChange,
  documentFrom: (current: Profile) => unknown,
): Promise<Versioned<ProfileView>> => {
  const changeable = changeableProfile(services, profileId)
  const { after, clientSecret, before } = await changeVersioned(
    services,
    changeable,
    change,
    async (current, stamp) => {
      const present = { profile: current, provider: await services.providers.read(current.providerId) }
      const { clientSecret, ...settings } = await parseProfileInput(documentFrom(current), services.providers, present)
      const unsecured: Profile = { ...settings, profileId, ...clientEpochAfter(current, settings), ...stamp() }
      await refuseBreakingChange(services, current, unsecured)
      const secretVersion = await secretVersionFor(services, current, clientSecret)
      const after = { ...unsecured, ...(secretVersion !== undefined && { secretVersion }) }
      const write = async () => {
        const outcome = await services.profiles.replace(after, current)
        if (outcome === 'name-taken') throw nameTaken(after)
        return outcome === 'replaced'
      }
      return { after, clientSecret, write }
    },
  )
  if (clientSecret === null && before.secretVersion !== undefined)
    await services.clientSecrets.deleteWithRecovery(profileId)
  return await profileViewOf(services, after)
}

const secretVersionFor = async (
  { clientSecrets }: ProfileServices,
  { profileId, secretVersion }: Profile,
  clientSecret: ProfileInput['clientSecret'],
): Promise<string | undefined> => {
  if (clientSecret === undefined) return secretVersion
  return clientSecret === null ? undefined : await clientSecrets.putClientSecret(profileId, clientSecret)
}
