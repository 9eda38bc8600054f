import { createHash } from 'node:crypto'

/** The source expression with which Content-Security-Policy allows an inline style. */
export const sourceOf = (style: string): string => `'sha256-${createHash('sha256').update(style).digest('base64')}'`

/**
 * Allows only the given style. Scripts, images and frames are forbidden, and forms are allowed only if the page has
 * one.
 */
export const securityHeaders = (styleSource: string, formAction = "'none'"): Readonly<Record<string, string>> => ({
  'content-security-policy': `default-src 'none'; style-src ${styleSource}; base-uri 'none'; form-action ${formAction}; frame-ancestors 'none'`,
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'strict-transport-security': 'max-age=15552000; includeSubDomains',
})
