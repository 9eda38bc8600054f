/** Keys of the oauth2 table, which holds three kinds of row. */
export const providerKey = (providerId: string): string => `provider#${providerId}`
export const profileKey = (profileId: string): string => `profile#${profileId}`
/** @param name comparable */
export const profileNameKey = (name: string): string => `profile-name#${name}`
