/** Where the API has an account. */
export const accountPath = (accountId: string): string => `/accounts/${encodeURIComponent(accountId)}`
