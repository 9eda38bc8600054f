/** @returns the API path of an account */
export const accountPath = (accountId: string): string => `/accounts/${encodeURIComponent(accountId)}`

/** @returns true if the host name refers to this machine */
export const isLoopback = (hostname: string): boolean => ['localhost', '127.0.0.1', '[::1]'].includes(hostname)

export const providerPath = (providerId: string): string => `/oauth2/providers/${encodeURIComponent(providerId)}`
export const profilePath = (profileId: string): string => `/oauth2/profiles/${encodeURIComponent(profileId)}`
export const destinationPath = (destinationId: string): string => `/destinations/${encodeURIComponent(destinationId)}`
export const deliveryPath = (deliveryId: string): string => `/deliveries/${encodeURIComponent(deliveryId)}`
export const unstoredPath = (messageId: string): string => `/quarantine/${encodeURIComponent(messageId)}`
