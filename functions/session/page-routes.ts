import { IssuerError } from '../../lib/session/issuer-error.ts'
import { pagePaths, returnAddressOf } from '../../lib/session/page-address.ts'
import {
  beginSignIn,
  completeSignIn,
  pageHashOf,
  SignInRefused,
  type SignInServices,
} from '../../lib/session/sign-in.ts'
import type { Page, Redirect } from '../shared/page/page.ts'
import type { PageRoute } from '../shared/page/page-function.ts'
import type { SessionCookies } from './cookies.ts'
import { isOwnAddress, isOwnNavigation } from './own-page.ts'
import { issuerPage, refusedPage, signedOutPage } from './pages.ts'

export interface SessionPageServices extends SignInServices {
  readonly cookies: SessionCookies
  /** The address at which browsers open the page, without a trailing slash. */
  readonly pageUrl: string
  readonly onRefused: (failure: string, code: string) => void
}

/** The addresses through which a browser passes while a person signs in. */
export const sessionPageRoutes = (services: SessionPageServices): PageRoute[] => [
  {
    method: 'GET',
    path: pagePaths.signIn,
    answer: ({ query: { returnTo, pageHash: hash, origin, hint }, headers, cookies }) =>
      orPage(services, async () => {
        const pageHash = pageHashOf(hash)
        // Another site must not sign a person in. The page begins its own sign-in when it has no session.
        if (pageHash === undefined || !isOwnNavigation(headers) || !isOwnAddress(origin, services.pageUrl))
          return { location: `${services.pageUrl}${returnAddressOf(returnTo)}` }
        const { url, state, sealed } = await beginSignIn(services, { returnTo, pageHash, hint })
        return { location: url, cookies: services.cookies.beginSignIn(cookies, state, sealed) }
      }),
  },
  {
    method: 'GET',
    path: pagePaths.callback,
    answer: async ({ query, cookies }) => {
      const state = query.state ?? ''
      // The cookie works only once, whatever the outcome is.
      const over = services.cookies.endSignIn(state)
      const answer = await orPage(services, async () => {
        const sealedSignIn = services.cookies.signIn(cookies, state)
        const { returnTo, sealed, lifetime } = await completeSignIn(services, query, sealedSignIn)
        return { location: `${services.pageUrl}${returnTo}`, cookies: services.cookies.begin(sealed, lifetime) }
      })
      return { ...answer, cookies: [...(answer.cookies ?? []), over] }
    },
  },
  { method: 'GET', path: pagePaths.signedOut, answer: async () => signedOutPage },
]

const orPage = async (
  { onRefused }: SessionPageServices,
  answer: () => Promise<Redirect>,
): Promise<Redirect | Page> => {
  try {
    return await answer()
  } catch (error) {
    if (error instanceof SignInRefused) {
      onRefused('refused', error.reason)
      return refusedPage(error)
    }
    if (error instanceof IssuerError) {
      onRefused(error.failure, error.code)
      return issuerPage(error)
    }
    throw error
  }
}
