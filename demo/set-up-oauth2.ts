import * as z from 'zod'
import type { ApiClient } from '../cli/api/client.ts'
import type { OAuth2Server } from '../test/oauth2-server/server.ts'
import { consentedMailbox } from './sample-mailboxes.ts'
import type { SampleServer } from './sample-server.ts'
import { type SampleAccount, sampleAccountsOf, sampleComment } from './set-up.ts'

const names = { provider: 'Sample sign-in service', profile: 'Sample desk' } as const

const providerSchema = z.object({ providerId: z.string(), name: z.string() })
const profileSchema = z.object({ profileId: z.string(), name: z.string(), redirectUri: z.string() })
const accountSchema = z.object({ accountId: z.string() })

/**
 * Deletes what an earlier demo created. Its sign-in service has stopped and stored nothing, so its account can never
 * log in again.
 */
export const forgetEarlierOAuth2 = async (api: ApiClient): Promise<void> => {
  for (const { accountId, username } of await sampleAccountsOf(api))
    if (username === consentedMailbox.user) await api.delete(`/accounts/${accountId}`, '*')
  for await (const { profileId, name } of api.list('/oauth2/profiles?limit=100', profileSchema))
    if (name === names.profile) await api.delete(`/oauth2/profiles/${profileId}`, '*')
  for await (const { providerId, name } of api.list('/oauth2/providers?limit=100', providerSchema))
    if (name === names.provider) await api.delete(`/oauth2/providers/${providerId}`, '*')
}

/** Creates a provider, a profile and an account that is not yet connected, in the same way as an admin does. */
export const setUpOAuth2 = async (
  api: ApiClient,
  mail: SampleServer,
  signIn: OAuth2Server,
): Promise<SampleAccount & { readonly provider: string }> => {
  const scopes = ['openid', 'email', 'offline_access', 'mail.imap']
  const { providerId } = await api.post(
    '/oauth2/providers',
    {
      name: names.provider,
      authorizationEndpoint: signIn.endpoints.authorization,
      tokenEndpoint: signIn.endpoints.token,
      scopes: { imap: scopes, pop3: [] },
      authorizationParameters: { prompt: 'consent' },
    },
    providerSchema,
  )
  const client = signIn.clients.confidential
  const profile = await api.post('/oauth2/profiles', { name: names.profile, providerId, ...client }, profileSchema)
  // An admin does this in the provider's console.
  signIn.allowRedirect(profile.redirectUri)
  const { user, type, afterFetch } = consentedMailbox
  const settings = {
    type,
    authentication: 'oauth2',
    profileId: profile.profileId,
    host: mail.host,
    port: mail.port(type),
    username: user,
    customCa: mail.caPem,
    afterFetch: { action: afterFetch },
    comment: sampleComment,
  }
  const { accountId } = await api.post('/accounts', settings, accountSchema)
  return { ...consentedMailbox, accountId, provider: names.provider }
}
