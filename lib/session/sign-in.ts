import { hashOf, looksLikeSecret } from '../secrets/random-secret.ts'
import type { CookieCipher } from './cookie-cipher.ts'
import type { PendingSignIn, Session } from './cookie-contents.ts'
import type { Issuer } from './issuer.ts'
import { IssuerError } from './issuer-error.ts'
import { returnAddressOf } from './page-address.ts'
import { longestHint, longestSealedSession, sessionLifetime, signInLifetime } from './session-limits.ts'

export interface SignInServices {
  readonly issuer: Pick<Issuer, 'signInAddress' | 'redeem'>
  readonly pendingSignIns: CookieCipher<PendingSignIn>
  readonly sessions: CookieCipher<Session>
  readonly now: () => Date
}

export interface SignInRequest {
  readonly returnTo: string | undefined
  readonly pageHash: string
  readonly hint: string | undefined
}

export interface BegunSignIn {
  /** The issuer's sign-in page. */
  readonly url: string
  readonly state: string
  /** The sealed content of the cookie. */
  readonly sealed: string
}

/** @throws IssuerError, DataKeyError */
export const beginSignIn = async (
  { issuer, pendingSignIns, now }: SignInServices,
  { returnTo, pageHash, hint }: SignInRequest,
): Promise<BegunSignIn> => {
  const { url, secrets } = await issuer.signInAddress(hint?.slice(0, longestHint))
  const pending = {
    ...secrets,
    returnTo: returnAddressOf(returnTo),
    pageHash,
    endsAt: secondsAt(now()) + signInLifetime,
  }
  return { url, state: secrets.state, sealed: await pendingSignIns.seal(pending) }
}

export interface CompletedSignIn {
  readonly returnTo: string
  readonly sealed: string
  /** Seconds. */
  readonly lifetime: number
}

/** Why a browser that came back from the issuer is not signed in, in addition to the failures of an IssuerError. */
export class SignInRefused extends Error {
  override readonly name = 'SignInRefused'
  /** `not-begun`: this browser has not begun this sign-in, or has finished it. `expired`: it took too long. */
  readonly reason: 'not-begun' | 'expired'

  constructor(reason: SignInRefused['reason']) {
    super(`The sign-in is refused: ${reason}`)
    this.reason = reason
  }
}

/**
 * Exchanges the code of a browser that came back from the issuer.
 * @param query the parameters with which the issuer redirected the browser
 * @param sealed the cookie of the sign-in with this state
 * @throws SignInRefused, IssuerError, DataKeyError
 */
export const completeSignIn = async (
  { issuer, pendingSignIns, sessions, now }: SignInServices,
  query: Readonly<Record<string, string | undefined>>,
  sealed: string | undefined,
): Promise<CompletedSignIn> => {
  using opened = sealed === undefined ? undefined : await pendingSignIns.open(sealed)
  const pending = opened?.content
  if (pending === undefined || pending.state !== query.state) throw new SignInRefused('not-begun')
  if (pending.endsAt <= secondsAt(now())) throw new SignInRefused('expired')
  const { refreshToken } = await issuer.redeem(query, pending)
  if (refreshToken === undefined) throw new IssuerError('misconfigured', 'refresh-token-missing')
  const session = { refreshToken, pageHash: pending.pageHash, endsAt: secondsAt(now()) + sessionLifetime }
  return {
    returnTo: pending.returnTo,
    sealed: fitting(await sessions.seal(session)),
    lifetime: sessionLifetime,
  }
}

/** @throws IssuerError if the refresh token makes the cookie larger than a request may be */
export const fitting = (sealed: string): string => {
  if (sealed.length > longestSealedSession) throw new IssuerError('misconfigured', 'refresh-token-too-long')
  return sealed
}

/** @returns the hash if the text is one */
export const pageHashOf = (text: string | undefined): string | undefined =>
  text !== undefined && looksLikeSecret(text) ? text : undefined

/** Whether the page that sends this secret is the one that began the session. */
export const isOfPage = (session: Session, pageSecret: string): boolean => session.pageHash === hashOf(pageSecret)

export const secondsAt = (time: Date): number => Math.floor(time.getTime() / 1000)
