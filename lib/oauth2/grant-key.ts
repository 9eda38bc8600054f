/** Key of the grant of an account whose people consent. */
export const consentKeyOf = (accountId: string): string => `account#${accountId}`

/** @returns the key of an app-only grant */
export const applicationKeyOf = (profileId: string): string => `profile#${profileId}`

/** One grant per account where people consent, one per profile where the application itself is let in. */
export const grantKeyOf = (
  accountId: string,
  profile: { readonly profileId: string; readonly grant: string },
): string => (profile.grant === 'client_credentials' ? applicationKeyOf(profile.profileId) : consentKeyOf(accountId))

/**
 * The encryption context of a grant's tokens: `postmaster:account` or `postmaster:profile` with the id. The functions'
 * permissions on the encryption key name these context keys (cdk/constructs/encryption-key.ts).
 */
export const encryptionContextOf = (grantKey: string): Readonly<Record<string, string>> => {
  const [kind, id] = grantKey.split('#', 2)
  return { [`postmaster:${kind}`]: id ?? '' }
}
