import type { Actor } from '../../audit/audit-entry.ts'
import type { AuditTrail } from '../../audit/audit-trail.ts'
import {
  type ChangeBy,
  changeVersioned,
  createVersioned,
  firstStamp,
  type Versioned,
} from '../../changes/versioned-change.ts'
import { ProblemError } from '../../reasons/problem.ts'
import type { SecretStore } from '../../secrets/secret-store.ts'
import type { ListOptions, ListPosition } from '../../tables/list-by-kind.ts'
import type { ProviderStore } from '../providers/provider-store.ts'
import type { AccountsOfProfile } from './accounts-of-profile.ts'
import { clientEpochAfter, type Profile } from './profile.ts'
import { type ProfileInput, patchedProfile } from './profile-input.ts'
import { parseProfileInput } from './profile-rules.ts'
import type { ProfileStore } from './profile-store.ts'
import { refuseBreakingChange, refuseWhileUsed } from './profile-use.ts'
import { type ProfileView, type ProfileViewServices, profileViewOf, profileViewsOf } from './profile-view.ts'

/** The dependencies of this file's use cases. They can set client secrets but not read them. */
export interface ProfileServices extends ProfileViewServices {
  readonly profiles: ProfileStore
  readonly providers: ProviderStore
  readonly accountsOfProfile: AccountsOfProfile
  readonly clientSecrets: Pick<SecretStore, 'put' | 'deleteWithRecovery'>
  /** Removes app-only tokens. It is not an error if there are none. */
  readonly grants: { removeApplication(profileId: string): Promise<void> }
  readonly audit: AuditTrail
  readonly newId: () => string
}

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
  const { clientSecret, ...settings } = await parseProfileInput(raw, services)
  const profileId = services.newId()
  const secretVersion = clientSecret ? await services.clientSecrets.put(profileId, clientSecret) : undefined
  const profile: Profile = {
    ...settings,
    profileId,
    ...(secretVersion !== undefined && { secretVersion }),
    grantEpoch: 1,
    ...firstStamp(services.now(), by),
  }
  try {
    await createVersioned(services, { thing: profile, audited, by }, () => services.profiles.create(profile))
  } catch (error) {
    // After another error, the profile may exist.
    if (error instanceof ProblemError && secretVersion !== undefined)
      await services.clientSecrets.deleteWithRecovery(profileId)
    throw error
  }
  return await profileViewOf(services, profile)
}

/** @throws ProblemError `not-found` */
export const readProfile = async (services: ProfileServices, profileId: string): Promise<Versioned<ProfileView>> =>
  await profileViewOf(services, await existing(services, profileId))

/** Lists the profiles sorted by name. */
export const listProfiles = async (
  services: ProfileServices,
  options: ListOptions,
): Promise<{ items: ProfileView[]; next?: ListPosition }> => {
  const page = await services.profiles.list(options)
  return { ...page, items: await profileViewsOf(services, page.items) }
}

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
  const { after, clientSecret, before } = await changeVersioned(
    services,
    changeable(services, profileId),
    change,
    async (current, stamp) => {
      const present = { profile: current, provider: await services.providers.read(current.providerId) }
      const { clientSecret, ...settings } = await parseProfileInput(documentFrom(current), services, present)
      const unsecured: Profile = { ...settings, profileId, ...clientEpochAfter(current, settings), ...stamp() }
      await refuseBreakingChange(services, current, unsecured)
      const secretVersion = await secretVersionFor(services, current, clientSecret)
      const after = { ...unsecured, ...(secretVersion !== undefined && { secretVersion }) }
      return { after, clientSecret, write: () => services.profiles.replace(after, current) }
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
  return clientSecret === null ? undefined : await clientSecrets.put(profileId, clientSecret)
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
  await changeVersioned(services, changeable(services, profileId), change, async (profile) => {
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

const changeable = (services: ProfileServices, profileId: string) => ({
  audited,
  read: () => existing(services, profileId),
})

const existing = async ({ profiles }: ProfileServices, profileId: string): Promise<Profile> => {
  const profile = await profiles.read(profileId)
  if (!profile) throw new ProblemError('not-found', 'There is no OAuth2 profile with this id.')
  return profile
}
