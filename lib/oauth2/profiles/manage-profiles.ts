import type { Actor } from '../../audit/audit-entry.ts'
import {
  type ChangeBy,
  changeVersioned,
  createVersioned,
  firstStamp,
  type Versioned,
} from '../../changes/versioned-change.ts'
import { ProblemError } from '../../reasons/problem.ts'
import type { ListOptions, ListPosition } from '../../tables/list-by-kind.ts'
import type { Profile } from './profile.ts'
import { parseProfileInput } from './profile-rules.ts'
import type { ProfileServices } from './profile-services.ts'
import { refuseWhileUsed } from './profile-use.ts'
import { type ProfileView, profileViewOf, profileViewsOf } from './profile-view.ts'

export interface ProfileChange extends ChangeBy {
  readonly profileId: string
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
    ...firstStamp(services.now(), by),
  }
  const create = () => services.profiles.create(profile)
  if (await createVersioned(services, { thing: profile, audited, by }, create))
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
  { profileId, ...change }: ProfileChange,
): Promise<void> => {
  await changeVersioned(services, changeableProfile(services, profileId), change, async (profile) => {
    await refuseWhileUsed(services, profile)
    return { write: () => services.profiles.remove(profile) }
  })
  await services.clientSecrets.deleteWithRecovery(profileId)
  await services.grants.removeApplication(profileId)
}

/** The audit trail records only that the client secret was changed. */
const audited = (profile: Profile) => {
  const { secretVersion, grantEpoch: _epoch, formerClients: _former, ...fields } = profile
  return {
    subject: `/oauth2/profiles/${profile.profileId}`,
    name: profile.name,
    fields: { ...fields, ...(secretVersion !== undefined && { clientSecret: secretVersion }) },
    secrets: ['clientSecret'],
  }
}

export const changeableProfile = (services: ProfileServices, profileId: string) => ({
  audited,
  read: () => existingProfile(services, profileId),
})

const existingProfile = async ({ profiles }: ProfileServices, profileId: string): Promise<Profile> => {
  const profile = await profiles.read(profileId)
  if (!profile) throw new ProblemError('not-found', 'There is no OAuth2 profile with this id.')
  return profile
}

export const nameTaken = ({ name }: Pick<Profile, 'name'>): ProblemError =>
  new ProblemError('name-taken', `There is already an OAuth2 profile with the name ${name}.`)
