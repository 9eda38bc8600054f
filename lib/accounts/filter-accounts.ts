import type { AccountView } from './account-view.ts'

/**
 * True when a shown value contains the text, in any case. Certificates are shown, but nobody types them; health and the state of OAuth2
 * have parameters of their own, and their sentences would match half the accounts.
 */
export const matchesFilter = (
  { customCa: _certificates, health: _health, oauth2, ...shown }: AccountView,
  filter: string,
): boolean => {
  const wanted = filter.toLowerCase()
  const { profileId, profileName, consentedBy, requestedBy } = oauth2 ?? {}
  return textsOf({ ...shown, profileId, profileName, consentedBy, requestedBy }).some((text) =>
    text.toLowerCase().includes(wanted),
  )
}

const textsOf = (value: unknown): string[] => {
  if (typeof value === 'object' && value !== null) return Object.values(value).flatMap(textsOf)
  return value === undefined ? [] : [String(value)]
}
