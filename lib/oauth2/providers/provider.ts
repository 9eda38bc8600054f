import * as z from 'zod'
import { bookkeepingFields } from '../../requests/documented-fields.ts'
import { providerFieldDocs as docs } from './provider-fields.ts'

/** Decides how a provider's errors and tokens are read. Everything else about a provider is data. */
export const providerKinds = ['microsoft', 'google', 'custom'] as const
export type ProviderKind = (typeof providerKinds)[number]

/** RFC 6749 section 2.3.1. */
export const clientAuthentications = ['body', 'header'] as const

/** The placeholder for the tenant in an endpoint. */
export const tenantPlace = '{tenant}'

const scopes = z.array(z.string().min(1).max(500)).max(20)

/** An OAuth2 provider: its endpoints, scopes and parameters. */
export const providerSchema = z.object({
  /** A built-in provider has a row only if it was changed. See built-in-providers.ts. */
  providerId: z.string().min(1).max(64).meta(docs.providerId),
  kind: z.enum(providerKinds).meta(docs.kind),
  name: z.string().min(1).max(200).meta(docs.name),
  authorizationEndpoint: z.string().max(1000).meta(docs.authorizationEndpoint),
  tokenEndpoint: z.string().max(1000).meta(docs.tokenEndpoint),
  /** RFC 7009. Absent if the provider has none (Microsoft). */
  revocationEndpoint: z.string().max(1000).meta(docs.revocationEndpoint).optional(),
  scopes: z.object({ imap: scopes.meta(docs.scopesImap), pop3: scopes.meta(docs.scopesPop3) }).meta(docs.scopes),
  /** Empty if the provider does not support client credentials. */
  clientCredentialsScopes: scopes.meta(docs.clientCredentialsScopes),
  authorizationParameters: z.record(z.string().max(64), z.string().max(500)).meta(docs.authorizationParameters),
  clientAuthentication: z.enum(clientAuthentications).meta(docs.clientAuthentication),
  hosts: z
    .object({ imap: z.string().meta(docs.hostImap).optional(), pop3: z.string().meta(docs.hostPop3).optional() })
    .meta(docs.hosts),
  version: z.int().min(1),
  ...bookkeepingFields,
})
export type Provider = z.infer<typeof providerSchema>

export interface ProviderReader {
  /** Built-in providers always exist. */
  read(providerId: string): Promise<Provider | undefined>
}
