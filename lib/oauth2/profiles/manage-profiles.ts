import type { Actor } from '../../audit/actor.ts'
import { assertVersion, changedMeanwhile, type ExpectedVersion } from '../../changes/expected-version.ts'
import { changeRounds, creationStampOf, type Versioned } from '../../changes/versioned-change.ts'
import { ProblemError } from '../../reasons/problem.ts'
import type { ListOptions, ListPosition } from '../../tables/list-by-kind.ts'
import { applicationKeyOf } from '../grant-key.ts'
import { profileIntention } from './audited-profile.ts'
import type { Profile } from './profile.ts'
import { parseProfileInput } from './profile-rules.ts'
import type { ProfileServices } from './profile-services.ts'
import { refuseWhileUsed } from './profile-use.ts'
import { type ProfileView, profileViewOf, profileViewsOf } from './profile-view.ts'

export interface ProfileChange {
  readonly profileId: string
  readonly expected: ExpectedVersion
  readonly by: Actor
}

/**
 * The order is: secret, audit entry, claim of the name, row. An interruption leaves no profile, only a claim that can
 * be taken over after a minute and a secret that is removed after a day.
 * @throws ProblemError `invalid-request`, `name-taken`
 */
export const createProfile = async (
  services: ProfileServices,
  raw: unknown,
  by: Actor,
): Promise<Versioned<ProfileView>> => {
  const { clientSecret, ...settings } = await parseProfileInput(raw, services.providers)
  const profileId = services.newId()
  const secretVersion = clientSecret ? await services.clientSecrets.putClientSecret(profileId, clientSecret) : undefined
  const profile: Profile = {
    ...settings,
    profileId,
    ...(secretVersion !== undefined && { secretVersion }),
    grantEpoch: 1,
    version: 1,
    ...creationStampOf(services.now(), by),
  }
  const create = () => services.profiles.create(profile)
  if (await services.audit.record(profileIntention('create', by, undefined, profile), create, Boolean))
    return await profileViewOf(services, profile)
  if (secretVersion !== undefined) await services.clientSecrets.deleteWithRecovery(profileId)
  throw nameTaken(profile)
}

/** @throws ProblemError `not-found` */
export const readProfile = async (services: ProfileServices, profileId: string): Promise<Versioned<ProfileView>> =>
  await profileViewOf(services, await existingProfile(services, profileId))

/** Lists the profiles sorted by name. */
export const listProfiles = async (
  services: ProfileServices,
  options: ListOptions,
): Promise<{ items: ProfileView[]; next?: ListPosition }> => {
  const { profiles, next } = await services.profiles.list(options)
  return { items: await profileViewsOf(services, profiles), ...(next && { next }) }
}

/**
 * The order is: audit entry, row, claim, secret, app-only tokens. An interruption after the row leaves a secret for the
 * daily cleanup, and encrypted tokens that no profile uses.
 * @throws ProblemError `not-found`, `profile-in-use`, `changed-meanwhile`
 */
export const deleteProfile = async (
  services: ProfileServices,
  { profileId, expected, by }: ProfileChange,
): Promise<void> => {
  for (let round = 0; round < changeRounds; round += 1) {
    const profile = await existingProfile(services, profileId)
    assertVersion(expected, profile.version)
    await refuseWhileUsed(services, profile)
    const remove = () => services.profiles.remove(profile)
    if (await services.audit.record(profileIntention('delete', by, profile, undefined), remove, Boolean)) {
      await services.clientSecrets.deleteWithRecovery(profileId)
      await services.grants.remove(applicationKeyOf(profileId))
      return
    }
    if (expected !== 'any') break
  }
  throw changedMeanwhile()
}

export const existingProfile = async ({ profiles }: ProfileServices, profileId: string): Promise<Profile> => {
  const profile = await profiles.read(profileId)
  if (!profile) throw new ProblemError('not-found', 'There is no OAuth2 profile with this id.')
  return profile
}

export const nameTaken = ({ name }: Pick<Profile, 'name'>): ProblemError =>
  new ProblemError('name-taken', `There is already an OAuth2 profile with the name ${name}.`)
