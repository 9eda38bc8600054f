import { createHash } from 'node:crypto'

/** As Content-Security-Policy names a style that stands in the page. */
export const sourceOf = (style: string): string => `'sha256-${createHash('sha256').update(style).digest('base64')}'`

/** Nothing but the one style: no script, no image, no frame; forms only where the page has one. */
export const securityHeaders = (styleSource: string, formAction = "'none'"): Readonly<Record<string, string>> => ({
  'content-security-policy': `default-src 'none'; style-src ${styleSource}; base-uri 'none'; form-action ${formAction}; frame-ancestors 'none'`,
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'strict-transport-security': 'max-age=15552000; includeSubDomains',
})
