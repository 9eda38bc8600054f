/**
 * Checks whether a page's Content-Security-Policy lets its form lead to an address. Chromium checks the form's own
 * address and each redirect after it (CSP Level 3 section 6.4.1 leaves that open; Firefox checks only once), so a page
 * that allows only `'self'` cannot post to a redirect to another site. Supports 'none', 'self', `*`, schemes and
 * origins.
 */
export const formMayLeadTo = (policy: string, page: string, target: string): boolean => {
  const sources = policy
    .split(';')
    .map((directive) => directive.trim().split(/\s+/))
    .find(([name]) => name?.toLowerCase() === 'form-action')
  if (!sources) return true
  const { origin, protocol } = new URL(target)
  return sources
    .slice(1)
    .some(
      (source) =>
        source === '*' ||
        (source === "'self'" && origin === new URL(page).origin) ||
        source.toLowerCase() === protocol ||
        (URL.canParse(source) && new URL(source).origin === origin),
    )
}
