/** Keys of the three kinds of row in the oauth2 table. */
export const providerKey = (providerId: string): string => `provider#${providerId}`
export const profileKey = (profileId: string): string => `profile#${profileId}`
/** @param name the name in its normalised form, in which names are compared */
export const profileNameKey = (name: string): string => `profile-name#${name}`
