import type { AccountView } from './account-view.ts'

/**
 * Whether a displayed value contains the text, ignoring case. It skips certificates, because their text is not useful
 * for a search. It also skips health and the state of OAuth2, because they have their own parameters and their
 * sentences would match too many accounts.
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
