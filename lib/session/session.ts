import { ProblemError } from '../reasons/problem.ts'
import type { CookieCipher, OpenedCookie } from './cookie-cipher.ts'
import type { Session } from './cookie-contents.ts'
import type { Issuer } from './issuer.ts'
import { IssuerError } from './issuer-error.ts'
import { fitting, isOfPage, secondsAt } from './sign-in.ts'

export interface SessionServices {
  readonly issuer: Pick<Issuer, 'refresh' | 'revoke' | 'signOutAddress'>
  readonly sessions: CookieCipher<Session>
  readonly now: () => Date
  /** Receives the code of an error of the issuer that does not prevent signing out. */
  readonly onNotRevoked: (code: string) => void
}

/** A session as a request presents it. */
export interface PresentedSession {
  /** The sealed cookie. */
  readonly sealed: string | undefined
  /** The secret that the page keeps in this browser. */
  readonly pageSecret: string
}

export interface Renewed {
  readonly accessToken: string
  readonly expiresAt: Date
  readonly sessionEndsAt: Date
  /** The cookie's new content. Absent if the refresh token is still the same. */
  readonly sealed: string | undefined
}

/**
 * Gets a new access token for a session.
 * @throws ProblemError `session-ended`, `issuer-unavailable`, `issuer-misconfigured`; DataKeyError
 */
export const renewAccess = async (services: SessionServices, presented: PresentedSession): Promise<Renewed> => {
  using opened = await openSession(services, presented)
  if (opened === undefined) throw ended('There is no session, or it has ended.')
  const { content: session } = opened
  const { apiToken, expiresAt, refreshToken } = await orProblem(() => services.issuer.refresh(session.refreshToken))
  const isNew = refreshToken !== undefined && refreshToken !== session.refreshToken
  return {
    accessToken: apiToken,
    expiresAt: new Date(expiresAt * 1000),
    sessionEndsAt: new Date(session.endsAt * 1000),
    sealed: isNew ? await orProblem(async () => fitting(opened.reseal({ ...session, refreshToken }))) : undefined,
  }
}

/**
 * Ends a session at the issuer. A person can always sign out, so failures of the issuer are only reported.
 * @returns the address that also ends the issuer's own session, if it has one
 * @throws DataKeyError
 */
export const endSession = async (
  services: SessionServices,
  presented: PresentedSession,
): Promise<{ readonly signOutUrl?: string }> => {
  using opened = await openSession(services, presented)
  try {
    if (opened !== undefined) await services.issuer.revoke(opened.content.refreshToken)
  } catch (error) {
    services.onNotRevoked(codeOf(error))
  }
  try {
    const signOutUrl = await services.issuer.signOutAddress()
    return signOutUrl === undefined ? {} : { signOutUrl }
  } catch (error) {
    services.onNotRevoked(codeOf(error))
    return {}
  }
}

/** @returns undefined if the cookie is missing, has expired, or belongs to another page */
const openSession = async (
  { sessions, now }: SessionServices,
  { sealed, pageSecret }: PresentedSession,
): Promise<OpenedCookie<Session> | undefined> => {
  const opened = sealed === undefined ? undefined : await sessions.open(sealed)
  if (opened === undefined) return undefined
  if (opened.content.endsAt > secondsAt(now()) && isOfPage(opened.content, pageSecret)) return opened
  opened[Symbol.dispose]()
  return undefined
}

const ended = (detail: string): ProblemError => new ProblemError('session-ended', detail)

const orProblem = async <T>(ask: () => Promise<T>): Promise<T> => {
  try {
    return await ask()
  } catch (error) {
    if (!(error instanceof IssuerError)) throw error
    switch (error.failure) {
      case 'refused':
      case 'denied':
        throw ended('The sign-in service has ended the session.')
      case 'unavailable':
        throw new ProblemError('issuer-unavailable', 'The sign-in service does not answer.')
      case 'misconfigured':
        throw new ProblemError('issuer-misconfigured', `The sign-in service gave no usable token (${error.code}).`)
    }
  }
}

/** @throws the error if it does not come from the issuer */
const codeOf = (error: unknown): string => {
  if (error instanceof IssuerError) return error.code
  throw error
}
