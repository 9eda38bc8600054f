import type { Actor } from '../../audit/actor.ts'
import { assertVersion, changedMeanwhile } from '../../changes/expected-version.ts'
import { changeRounds, stampOf, type Versioned } from '../../changes/versioned-change.ts'
import type { Replaced } from '../../tables/named-rows.ts'
import { profileIntention } from './audited-profile.ts'
import { clientEpochAfter } from './client-epoch.ts'
import { existingProfile, nameTaken, type ProfileChange } from './manage-profiles.ts'
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

/** @throws ProblemError `not-found`, `invalid-request`, `name-taken`, `profile-in-use`, `changed-meanwhile` */
const apply = async (
  services: ProfileServices,
  { profileId, expected, by }: ProfileChange,
  documentFrom: (current: Profile) => unknown,
): Promise<Versioned<ProfileView>> => {
  for (let round = 0; round < changeRounds; round += 1) {
    const current = await existingProfile(services, profileId)
    assertVersion(expected, current.version)
    const present = { profile: current, provider: await services.providers.read(current.providerId) }
    const input = await parseProfileInput(documentFrom(current), services.providers, present)
    const { profile, outcome } = await write(services, current, input, by)
    if (outcome === 'replaced') return await profileViewOf(services, profile)
    if (outcome === 'name-taken') throw nameTaken(profile)
    if (expected !== 'any') break
  }
  throw changedMeanwhile()
}

/**
 * The order is: secret, audit entry, row, deletion of a secret that is no longer used. If the row has changed since
 * `current` was read, no row refers to the new version of the secret.
 */
const write = async (
  services: ProfileServices,
  current: Profile,
  { clientSecret, ...settings }: ProfileInput,
  by: Actor,
): Promise<{ profile: Profile; outcome: Replaced }> => {
  const { profileId, version, createdAt, createdBy, createdBySub } = current
  const unsecured: Profile = {
    ...settings,
    profileId,
    ...clientEpochAfter(current, settings),
    version: version + 1,
    createdAt,
    createdBy,
    createdBySub,
    ...stampOf(services.now(), by),
  }
  await refuseBreakingChange(services, current, unsecured)
  const secretVersion = await secretVersionFor(services, current, clientSecret)
  const profile = { ...unsecured, ...(secretVersion !== undefined && { secretVersion }) }
  const outcome = await services.audit.record(
    profileIntention('change', by, current, profile),
    () => services.profiles.replace(profile, current),
    (answer) => answer === 'replaced',
  )
  if (outcome === 'replaced' && clientSecret === null && current.secretVersion !== undefined)
    await services.clientSecrets.deleteWithRecovery(profileId)
  return { profile, outcome }
}

const secretVersionFor = async (
  { clientSecrets }: ProfileServices,
  { profileId, secretVersion }: Profile,
  clientSecret: ProfileInput['clientSecret'],
): Promise<string | undefined> => {
  if (clientSecret === undefined) return secretVersion
  return clientSecret === null ? undefined : await clientSecrets.putClientSecret(profileId, clientSecret)
}
