import { exampleIds } from '../../requests/documented-fields.ts'

/** The documentation of a profile's fields, for requests and responses. */
export const profileFieldDocs = {
  profileId: { description: 'The profile’s id.', examples: [exampleIds.profile] },
  name: { description: 'A unique name, compared without case.', examples: ['Service desk at Microsoft 365'] },
  tenant: {
    description: 'The directory (tenant) id or domain. Required if the provider’s endpoints contain `{tenant}`.',
    examples: ['6babcaad-604b-40ac-a9d7-9fd97c0b779f'],
  },
  clientId: { description: 'The application (client) id.', examples: ['2d4d11a2-f814-46a7-890a-274a72a7309e'] },
  clientSecret: {
    description: 'Write-only: the secret’s value, not its id. If you omit it in a change, the stored secret is kept.',
    examples: ['correct horse battery staple'],
    writeOnly: true,
  },
  grant: {
    description: '`authorization_code`: people consent in a browser. `client_credentials`: app-only access.',
    examples: ['authorization_code'],
  },
  secretExpiresOn: {
    description: 'The day from which the provider no longer accepts the client secret, as shown by the provider.',
    examples: ['2027-03-01'],
    format: 'date',
  },
  comment: { description: 'A note for other admins.', examples: ['App registration of the IT department'] },
} as const
