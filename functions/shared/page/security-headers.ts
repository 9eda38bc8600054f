/**
 * The headers that protect everything we send to browsers. Browsers ignore HSTS over plain HTTP (RFC 6797 section
 * 8.1), so it does not affect the local run.
 */
export const securityHeaders = (contentSecurityPolicy: string): Readonly<Record<string, string>> => ({
  'content-security-policy': contentSecurityPolicy,
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'strict-transport-security': 'max-age=15552000; includeSubDomains',
})
