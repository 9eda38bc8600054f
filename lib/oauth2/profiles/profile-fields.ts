import { exampleIds } from '../../requests/documented-fields.ts'

/** How a profile's fields are documented, for what callers send and what they read. */
export const profileFieldDocs = {
  profileId: { description: 'The profile’s id.', examples: [exampleIds.profile] },
  name: { description: 'Unique, compared without case.', examples: ['Service desk at Microsoft 365'] },
  tenant: {
    description: 'Directory (tenant) id or domain; needed where the provider’s endpoints name `{tenant}`.',
    examples: ['6babcaad-604b-40ac-a9d7-9fd97c0b779f'],
  },
  clientId: { description: 'Application (client) id.', examples: ['2d4d11a2-f814-46a7-890a-274a72a7309e'] },
  clientSecret: {
    description: 'Written, never read: the secret’s value, not its id. Left out on a change, the stored one is kept.',
    examples: ['correct horse battery staple'],
    writeOnly: true,
  },
  grant: {
    description: '`authorization_code`: people consent in a browser. `client_credentials`: the application on its own.',
    examples: ['authorization_code'],
  },
  secretExpiresOn: {
    description: 'The day from which the client secret is no longer accepted, as the provider shows it.',
    examples: ['2027-03-01'],
    format: 'date',
  },
  comment: { description: 'For people.', examples: ['App registration of the IT department'] },
} as const
