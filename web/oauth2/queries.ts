import { api, bodyOf, done, versionedBodyOf } from '../api/client.ts'
import { queryClient } from '../api/query-client.ts'
import type { components } from '../api/schema.d.ts'

type Schemas = components['schemas']
export type Profile = Schemas['OAuth2Profile']
export type ProfileInput = Schemas['OAuth2ProfileInput']
export type Provider = Schemas['OAuth2Provider']
export type ProviderInput = Schemas['OAuth2ProviderInput']
export type Grant = Profile['grant']
export type Examination = Schemas['OAuth2Examination']
export type DoctorStep = Schemas['ExaminedStep']

const profile = (profileId: string) => ({ path: { profileId } })
const provider = (providerId: string) => ({ path: { providerId } })
const ifMatch = (etag: string) => ({ header: { 'If-Match': etag } })

export const readProfile = (profileId: string) =>
  versionedBodyOf(api.GET('/oauth2/profiles/{profileId}', { params: profile(profileId) }))

/** Creates a profile if there is no id. */
export const saveProfile = (profileId: string | undefined, body: ProfileInput, etag = '*') =>
  profileId === undefined
    ? bodyOf(api.POST('/oauth2/profiles', { body }))
    : bodyOf(api.PUT('/oauth2/profiles/{profileId}', { params: { ...profile(profileId), ...ifMatch(etag) }, body }))

/** @param secretExpiresOn absent if it is not known */
export const replaceSecret = async (profileId: string, clientSecret: string, secretExpiresOn: string | undefined) => {
  const { etag } = await readProfile(profileId)
  return await bodyOf(
    api.PATCH('/oauth2/profiles/{profileId}', {
      params: { ...profile(profileId), ...ifMatch(etag) },
      body: { clientSecret, ...(secretExpiresOn !== undefined && { secretExpiresOn }) },
    }),
  )
}

export const deleteProfile = async (profileId: string): Promise<void> => {
  const { etag } = await readProfile(profileId)
  await done(api.DELETE('/oauth2/profiles/{profileId}', { params: { ...profile(profileId), ...ifMatch(etag) } }))
}

export const readProvider = (providerId: string) =>
  versionedBodyOf(api.GET('/oauth2/providers/{providerId}', { params: provider(providerId) }))

/** Creates a provider if there is no id. */
export const saveProvider = (providerId: string | undefined, body: ProviderInput, etag = '*') =>
  providerId === undefined
    ? bodyOf(api.POST('/oauth2/providers', { body }))
    : bodyOf(api.PUT('/oauth2/providers/{providerId}', { params: { ...provider(providerId), ...ifMatch(etag) }, body }))

/** Gives a built-in provider back the settings that come with Postmaster. */
export const resetProvider = async (providerId: string) => {
  const { etag } = await readProvider(providerId)
  return await bodyOf(
    api.PUT('/oauth2/providers/{providerId}', { params: { ...provider(providerId), ...ifMatch(etag) }, body: {} }),
  )
}

export const deleteProvider = async (providerId: string): Promise<void> => {
  const { etag } = await readProvider(providerId)
  await done(api.DELETE('/oauth2/providers/{providerId}', { params: { ...provider(providerId), ...ifMatch(etag) } }))
}

export const examine = (accountId: string) =>
  bodyOf(api.POST('/accounts/{accountId}/oauth2/doctor', { params: { path: { accountId } } }))

/** Profiles show the names of their providers. */
export const oauth2Changed = (): void => {
  void queryClient.invalidateQueries({ queryKey: ['oauth2-profiles'] })
  void queryClient.invalidateQueries({ queryKey: ['oauth2-providers'] })
}
