import { pagePaths } from '../../lib/session/page-address.ts'
import { endSession, type PresentedSession, renewAccess, type SessionServices } from '../../lib/session/session.ts'
import type { JsonFunction } from '../shared/http/http-function.ts'
import type { HttpEvent } from '../shared/http/request.ts'
import type { SessionCookies } from './cookies.ts'
import { pageSecretOf } from './own-page.ts'

export interface SessionApiServices extends SessionServices {
  readonly cookies: SessionCookies
  readonly pageUrl: string
}

/** The routes that only the page itself calls. A cookie authorizes them, and not a token. */
export const sessionApiRoutes = (services: SessionApiServices): JsonFunction['routes'] => {
  const presented = ({ headers, cookies }: HttpEvent): PresentedSession => ({
    pageSecret: pageSecretOf(headers, services.pageUrl),
    sealed: services.cookies.session(cookies),
  })
  return [
    {
      method: 'POST',
      path: pagePaths.token,
      answer: async (request) => {
        const { accessToken, expiresAt, sessionEndsAt, sealed } = await renewAccess(services, presented(request))
        const lifetime = secondsBetween(services.now(), sessionEndsAt)
        return {
          status: 200,
          body: {
            accessToken,
            expiresAt: expiresAt.toISOString(),
            // The clock of a browser may be wrong.
            expiresIn: secondsBetween(services.now(), expiresAt),
            sessionEndsAt: sessionEndsAt.toISOString(),
          },
          ...(sealed !== undefined && { cookies: services.cookies.begin(sealed, lifetime) }),
        }
      },
    },
    {
      method: 'POST',
      path: pagePaths.signOut,
      answer: async (request) => ({
        status: 200,
        body: await endSession(services, presented(request)),
        cookies: services.cookies.end(),
      }),
    },
  ]
}

const secondsBetween = (from: Date, to: Date): number => Math.max(0, Math.floor((to.getTime() - from.getTime()) / 1000))
