import type { Account } from '../account-types.ts'

/** Whether a person must give consent before the account is fetched. The page then shows how. */
export const needsConsent = (oauth2: Account['oauth2']): boolean =>
  oauth2?.state === 'consent-missing' || oauth2?.state === 're-authorization-needed'
