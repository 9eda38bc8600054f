/** Paths of the pages that people and providers are sent to. */
export const consentPaths = {
  start: '/oauth2/start/{ticket}',
  callback: '/oauth2/callback',
  done: '/oauth2/done/{attempt}',
} as const

/**
 * The redirect URI that is registered with the provider. Both requests must send it unchanged (RFC 6749 section 4.1.3).
 */
export const redirectUriOf = (publicUrl: string): string => `${publicUrl}${consentPaths.callback}`

export const startUrlOf = (publicUrl: string, ticket: string): string =>
  publicUrl + consentPaths.start.replace('{ticket}', ticket)

export const doneUrlOf = (publicUrl: string, attempt: string): string =>
  publicUrl + consentPaths.done.replace('{attempt}', attempt)
