import type { Fault } from './faults.ts'
import type { TokenRefusal } from './token-login.ts'

/** Refuses every token, or only so many `times`, as `refusal` says. */
export const refuseToken = (refusal: TokenRefusal = {}, times = Number.POSITIVE_INFINITY): Fault => {
  let left = times
  return { onToken: () => (left-- > 0 ? refusal : undefined) }
}

/** Without a challenge, as Exchange Online does. */
export const refuseTokenAtOnce = (text = 'AUTHENTICATE failed.', code = ''): Fault =>
  refuseToken({ challenges: [], text, code })

/** What an authorization server has given out, oldest first; an OAuth2Server of ../oauth2-server is one. */
interface TokenIssuer {
  readonly tokensIssued: ReadonlyArray<{
    readonly accessToken?: string | undefined
    readonly user?: string | undefined
  }>
}

/** There is no introspection here: takes a token for the user it was given out for, as long as `issuer` lives. */
export const takesTokensOf = (issuer: TokenIssuer): Fault => ({
  onToken: (_session, { user, token }) => {
    const issued = issuer.tokensIssued.find(({ accessToken }) => accessToken === token)
    return issued?.user?.toLowerCase() === user.toLowerCase() ? 'accept' : undefined
  },
})

const needMailbox = new Set(['NAMESPACE', 'LIST', 'SELECT', 'EXAMINE', 'STATUS', 'UIDL', 'STAT'])

/**
 * Exchange Online's answer to a token that is right for a mailbox that is not: the login is accepted, and whatever comes next refused
 * (postalsys/imapflow#314, jstedfast/MailKit#1494).
 */
export const authenticatedButNotConnected = (): Fault => ({
  onToken: () => 'accept',
  onCommand: ({ protocol }, { name }) => {
    if (!needMailbox.has(name)) return undefined
    return { reply: `${protocol === 'imap' ? '{tag} BAD' : '-ERR'} User is authenticated but not connected.` }
  },
})
