/** How a provider's fields are documented, for what callers send and what they read. */
export const providerFieldDocs = {
  providerId: {
    description:
      'The provider’s id. `microsoft`, `google`, `microsoft-us-gcc-high`, `microsoft-us-dod` and `microsoft-china` are built in.',
    examples: ['microsoft'],
  },
  kind: {
    description: 'Whose ways it has: decides how its errors and tokens are read.',
    examples: ['microsoft'],
  },
  name: { description: 'For people.', examples: ['Microsoft 365'] },
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
  scopes: { description: 'What people are asked to allow, by protocol.' },
  scopesImap: { description: 'For IMAP types.', examples: [['https://outlook.office.com/IMAP.AccessAsUser.All']] },
  scopesPop3: { description: 'For POP3 types.', examples: [['https://outlook.office.com/POP.AccessAsUser.All']] },
  clientCredentialsScopes: {
    description: 'What an application asks for on its own; empty where the provider has no such grant.',
    examples: [['https://outlook.office365.com/.default']],
  },
  authorizationParameters: {
    description: 'More parameters of the authorization request.',
    examples: [{ prompt: 'select_account' }],
  },
  clientAuthentication: {
    description: 'How client id and secret are sent to the token endpoint: in the `body` or as HTTP Basic `header`.',
    examples: ['body'],
  },
  hosts: {
    description:
      'The mail servers that Postmaster proposes for the provider’s accounts. Postmaster sends app-only tokens to no other host. A built-in provider can have only the vendor’s own mail servers.',
  },
  hostImap: { description: 'For IMAP types.', examples: ['outlook.office365.com'] },
  hostPop3: { description: 'For POP3 types.', examples: ['outlook.office365.com'] },
} as const
