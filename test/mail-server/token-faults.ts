import type { Fault } from './faults.ts'
import type { TokenRefusal } from './token-login.ts'

/** Refuses every token, or only the first `times` tokens, as described by `refusal`. */
export const refuseToken = (refusal: TokenRefusal = {}, times = Number.POSITIVE_INFINITY): Fault => {
  let left = times
  return { onToken: () => (left-- > 0 ? refusal : undefined) }
}

/** Refuses without a challenge, as Exchange Online does. */
export const refuseTokenAtOnce = (text = 'AUTHENTICATE failed.', code = ''): Fault =>
  refuseToken({ challenges: [], text, code })

/** The tokens issued by an authorization server, oldest first. An OAuth2Server from ../oauth2-server has this shape. */
interface TokenIssuer {
  readonly tokensIssued: ReadonlyArray<{
    readonly accessToken?: string | undefined
    readonly user?: string | undefined
  }>
}

/** Accepts a token for the user it was issued for, while `issuer` exists. There is no introspection. */
export const takesTokensOf = (issuer: TokenIssuer): Fault => ({
  onToken: (_session, { user, token }) => {
    const issued = issuer.tokensIssued.find(({ accessToken }) => accessToken === token)
    return issued?.user?.toLowerCase() === user.toLowerCase() ? 'accept' : undefined
  },
})

const needMailbox = new Set(['NAMESPACE', 'LIST', 'SELECT', 'EXAMINE', 'STATUS', 'UIDL', 'STAT'])

/**
 * Exchange Online's response to a valid token for the wrong mailbox: it accepts the login and refuses every later
 * command (postalsys/imapflow#314, jstedfast/MailKit#1494).
 */
export const authenticatedButNotConnected = (): Fault => ({
  onToken: () => 'accept',
  onCommand: ({ protocol }, { name }) => {
    if (!needMailbox.has(name)) return undefined
    return { reply: `${protocol === 'imap' ? '{tag} BAD' : '-ERR'} User is authenticated but not connected.` }
  },
})
