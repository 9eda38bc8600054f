/** @returns the key of an account's grant that a person's consent created */
export const consentKeyOf = (accountId: string): string => `account#${accountId}`

/** @returns the key of an app-only grant */
export const applicationKeyOf = (profileId: string): string => `profile#${profileId}`

/** A grant belongs to one account if people consent, and to one profile if access is app-only. */
export const grantKeyOf = (
  accountId: string,
  profile: { readonly profileId: string; readonly grant: string },
): string => (profile.grant === 'client_credentials' ? applicationKeyOf(profile.profileId) : consentKeyOf(accountId))

/**
 * The encryption context of a grant's tokens: `postmaster:account` or `postmaster:profile` with the id. The functions'
 * permissions on the encryption key name these context keys (cdk/keys/encryption-key.ts).
 */
export const encryptionContextOf = (grantKey: string): Readonly<Record<string, string>> => {
  const [kind, id] = grantKey.split('#', 2)
  return { [`postmaster:${kind}`]: id ?? '' }
}
