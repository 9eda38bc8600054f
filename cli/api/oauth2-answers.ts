import * as z from 'zod'
import { CliError, exitCodes } from '../terminal/cli-error.ts'
import { plain } from '../terminal/text.ts'
import type { ApiClient } from './client.ts'

/** The fields of a provider in an API response that the commands use. The others are kept for `--json`. */
export const providerAnswerSchema = z.looseObject({
  providerId: z.string(),
  name: z.string(),
  kind: z.string(),
  builtIn: z.boolean(),
  changedFields: z.array(z.string()).optional(),
  authorizationEndpoint: z.string(),
  tokenEndpoint: z.string(),
  revocationEndpoint: z.string().optional(),
  scopes: z.object({ imap: z.array(z.string()), pop3: z.array(z.string()) }),
  clientCredentialsScopes: z.array(z.string()),
  authorizationParameters: z.record(z.string(), z.string()),
  clientAuthentication: z.string(),
  hosts: z.looseObject({ imap: z.string().optional(), pop3: z.string().optional() }),
})
export type ProviderAnswer = z.infer<typeof providerAnswerSchema>

/** The fields of a profile in an API response that the commands use. The others are kept for `--json`. */
export const profileAnswerSchema = z.looseObject({
  profileId: z.string(),
  name: z.string(),
  providerId: z.string(),
  providerName: z.string().optional(),
  tenant: z.string().optional(),
  clientId: z.string(),
  hasClientSecret: z.boolean(),
  grant: z.string(),
  secretExpiresOn: z.string().optional(),
  secretExpiry: z.looseObject({ detail: z.string(), remedy: z.string(), days: z.int() }).optional(),
  redirectUri: z.string(),
  comment: z.string(),
  accounts: z.looseObject({ count: z.int(), accountIds: z.array(z.string()) }),
})
export type ProfileAnswer = z.infer<typeof profileAnswerSchema>

export const providerPath = (providerId: string): string => `/oauth2/providers/${encodeURIComponent(providerId)}`
export const profilePath = (profileId: string): string => `/oauth2/profiles/${encodeURIComponent(profileId)}`

/** Finds a provider by its name or id. @throws CliError that lists the existing names */
export const providerNamed = async (api: ApiClient, name: string): Promise<ProviderAnswer> =>
  await named(api.list('/oauth2/providers?limit=100', providerAnswerSchema), name, 'provider', (one) => one.providerId)

/** Finds a profile by its name or id. @throws CliError that lists the existing names */
export const profileNamed = async (api: ApiClient, name: string): Promise<ProfileAnswer> =>
  await named(api.list('/oauth2/profiles?limit=100', profileAnswerSchema), name, 'profile', (one) => one.profileId)

const named = async <T extends { readonly name: string }>(
  list: AsyncIterable<T>,
  name: string,
  what: string,
  idOf: (one: T) => string,
): Promise<T> => {
  const found: T[] = []
  const names: string[] = []
  for await (const one of list) {
    if (idOf(one) === name) return one
    if (one.name.toLowerCase() === name.toLowerCase()) found.push(one)
    names.push(plain(one.name))
  }
  const [only, ...others] = found
  if (only && others.length === 0) return only
  throw new CliError(
    only
      ? `There are ${found.length} OAuth2 ${what}s with the name \`${plain(name)}\`. Use one of these ids instead: ${found.map(idOf).join(', ')}.`
      : `There is no OAuth2 ${what} \`${plain(name)}\`. ${names.length === 0 ? `No ${what}s exist yet` : `Existing ${what}s: ${names.slice(0, 20).join(', ')}`}.`,
    exitCodes.usage,
  )
}
