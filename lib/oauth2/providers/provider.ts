import * as z from 'zod'
import { bookkeepingFields } from '../../requests/documented-fields.ts'

/** The documentation of a provider's fields, for requests and responses. */
export const providerFieldDocs = {
  providerId: {
    description:
      'The provider’s id. `microsoft`, `google`, `microsoft-us-gcc-high`, `microsoft-us-dod` and `microsoft-china` are built in.',
    examples: ['microsoft'],
  },
  kind: {
    description: 'The type of provider, which determines how Postmaster reads its errors and tokens.',
    examples: ['microsoft'],
  },
  name: { description: 'A human-readable name.', examples: ['Microsoft 365'] },
  authorizationEndpoint: {
    description:
      'The address at which people consent. Postmaster replaces `{tenant}` with the profile’s tenant. Fixed for built-in providers.',
    examples: ['https://login.microsoftonline.com/{tenant}/oauth2/v2.0/authorize'],
  },
  tokenEndpoint: {
    description:
      'The address that issues tokens. Postmaster replaces `{tenant}` with the profile’s tenant. Fixed for built-in providers.',
    examples: ['https://login.microsoftonline.com/{tenant}/oauth2/v2.0/token'],
  },
  revocationEndpoint: {
    description:
      'The address at which Postmaster revokes the tokens of an ended consent (RFC 7009), on the host of the token endpoint. Absent if the provider does not have one. ' +
      'Fixed for built-in providers.',
    examples: ['https://login.example.com/realms/desk/protocol/openid-connect/revoke'],
  },
  scopes: { description: 'The scopes that people are asked to allow, by protocol.' },
  scopesImap: {
    description: 'The scopes for IMAP types.',
    examples: [['https://outlook.office.com/IMAP.AccessAsUser.All']],
  },
  scopesPop3: {
    description: 'The scopes for POP3 types.',
    examples: [['https://outlook.office.com/POP.AccessAsUser.All']],
  },
  clientCredentialsScopes: {
    description: 'The scopes for app-only access. Empty if the provider does not support it.',
    examples: [['https://outlook.office365.com/.default']],
  },
  authorizationParameters: {
    description: 'Additional parameters of the authorization request.',
    examples: [{ prompt: 'select_account' }],
  },
  clientAuthentication: {
    description:
      'How Postmaster sends client id and secret to the token endpoint: in the `body` or in the HTTP Basic `header`.',
    examples: ['body'],
  },
  hosts: {
    description:
      'The mail servers that Postmaster proposes for the provider’s accounts. Postmaster sends app-only tokens to no other host. A built-in provider can have only the vendor’s own mail servers.',
  },
  hostImap: { description: 'The mail server for IMAP types.', examples: ['outlook.office365.com'] },
  hostPop3: { description: 'The mail server for POP3 types.', examples: ['outlook.office365.com'] },
} as const
const docs = providerFieldDocs

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

/** The fields that an admin sets, or that Postmaster ships. A new column is none of them unless it is added here. */
export const providerSettingsSchema = providerSchema.pick({
  kind: true,
  name: true,
  authorizationEndpoint: true,
  tokenEndpoint: true,
  revocationEndpoint: true,
  scopes: true,
  clientCredentialsScopes: true,
  authorizationParameters: true,
  clientAuthentication: true,
  hosts: true,
})
export type ProviderSettings = z.infer<typeof providerSettingsSchema>
