/** @returns the API path of an account */
export const accountPath = (accountId: string): string => `/accounts/${encodeURIComponent(accountId)}`
