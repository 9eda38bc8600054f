/** Key of the grant of an account whose people consent. */
export const consentKeyOf = (accountId: string): string => `account#${accountId}`

/** One grant per account where people consent, one per profile where the application itself is let in. */
export const grantKeyOf = (
  accountId: string,
  profile: { readonly profileId: string; readonly grant: string },
): string => (profile.grant === 'client_credentials' ? `profile#${profile.profileId}` : consentKeyOf(accountId))
