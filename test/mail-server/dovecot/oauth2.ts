/**
 * The introspection endpoint for tokens (RFC 7662) and Dovecot's credentials for it. An OAuth2Server from
 * ../../oauth2-server has this shape.
 */
export interface TokenIntrospection {
  readonly endpoints: { readonly introspection: string }
  readonly clients: { readonly mailServer: { readonly clientId: string; readonly clientSecret: string } }
}

/**
 * The claims of the introspection response: the token's owner and the other mailbox that it opens. Dovecot compares one
 * claim with the login's user (lists are not supported), so each claim needs its own passdb.
 */
const claims = ['username', 'shared_mailbox'] as const

/** The files for the configuration's folder, by name. */
export const oauth2Files = ({ endpoints, clients }: TokenIntrospection): ReadonlyMap<string, string> => {
  const url = new URL(endpoints.introspection)
  url.username = clients.mailServer.clientId
  url.password = clients.mailServer.clientSecret
  return new Map(
    claims.map((claim) => [
      fileOf(claim),
      `introspection_mode = post
introspection_url = ${url.href}
force_introspection = yes
active_attribute = active
active_value = true
username_attribute = ${claim}
# Without this limit, Dovecot waits as long as the server does.
timeout_msecs = 10000
`,
    ]),
  )
}

const fileOf = (claim: string): string => `oauth2-${claim}.conf.ext`

/** The passdbs in the syntax of Dovecot 2.3. The passdb for passwords must not accept tokens as passwords. */
export const oauth2Passdbs = (directory: string): string =>
  claims
    .map(
      (claim) => `passdb {
  driver = oauth2
  mechanisms = xoauth2 oauthbearer
  args = ${directory}/${fileOf(claim)}
}`,
    )
    .join('\n')
