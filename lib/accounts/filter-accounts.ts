import type { AccountView } from './account-view.ts'

/**
 * True when a shown value contains the text, in any case. Certificates are shown, but nobody types them; health has a parameter of its
 * own, and its sentences would match half the accounts.
 */
export const matchesFilter = (
  { customCa: _certificates, health: _health, ...shown }: AccountView,
  filter: string,
): boolean => {
  const wanted = filter.toLowerCase()
  return textsOf(shown).some((text) => text.toLowerCase().includes(wanted))
}

const textsOf = (value: unknown): string[] => {
  if (typeof value === 'object' && value !== null) return Object.values(value).flatMap(textsOf)
  return value === undefined ? [] : [String(value)]
}
