/** Whom Dovecot asks about a token (RFC 7662), and how it names itself there. An OAuth2Server of ../../oauth2-server is one. */
export interface TokenIntrospection {
  readonly endpoints: { readonly introspection: string }
  readonly clients: { readonly mailServer: { readonly clientId: string; readonly clientSecret: string } }
}

/**
 * A claim of the introspection answer each: whose token it is, and which other mailbox it opens. Dovecot compares one claim with the user of the
 * login (there is no list), so that each needs a passdb of its own.
 */
const claims = ['username', 'shared_mailbox'] as const

/** Files for the folder of the configuration, by name. */
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
# Without it Dovecot waits as long as the server does.
timeout_msecs = 10000
`,
    ]),
  )
}

const fileOf = (claim: string): string => `oauth2-${claim}.conf.ext`

/** The passdbs in the language of Dovecot 2.3; the one of passwords must not take tokens for passwords. */
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
