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
