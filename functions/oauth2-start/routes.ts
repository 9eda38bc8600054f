import { ConsentRefusal, type ConsentRefusalCode } from '../../lib/oauth2/consent/consent-errors.ts'
import { consentPaths } from '../../lib/oauth2/consent/consent-urls.ts'
import { type OutcomeServices, readOutcome } from '../../lib/oauth2/consent/read-outcome.ts'
import { readInvitation, type StartServices, startConsent } from '../../lib/oauth2/consent/start-consent.ts'
import { OAuth2Error } from '../../lib/oauth2/oauth2-error.ts'
import { bindingIn, consentCookieLine } from '../shared/page/consent-cookie.ts'
import type { Page } from '../shared/page/page.ts'
import type { PageRequest, PageRoute } from '../shared/page/page-function.ts'
import { invitationPage } from './pages/invitation-page.ts'
import { outcomePage } from './pages/outcome-page.ts'
import { goingOnPage, incompletePage, refusalPage } from './pages/refusal-page.ts'

export interface StartPageServices extends StartServices {
  readonly consents: StartServices['consents'] & OutcomeServices['consents']
  readonly onStarted: (accountId: string) => void
}

/** The pages on which a consent begins and ends. */
export const startRoutes = (services: StartPageServices): PageRoute[] => [
  {
    method: 'GET',
    path: consentPaths.start,
    answer: ({ params }) => orRefusal(async () => invitationPage(await readInvitation(services, params.ticket ?? ''))),
  },
  {
    method: 'POST',
    path: consentPaths.start,
    answer: ({ params, headers }) =>
      orRefusal(async () => {
        if (!isOwnForm(headers, services.publicUrl)) throw new ConsentRefusal('foreign-form')
        const departure = await startConsent(services, params.ticket ?? '')
        services.onStarted(departure.accountId)
        return { location: departure.url, cookies: [consentCookieLine(services.publicUrl, departure)] }
      }),
  },
  {
    method: 'GET',
    path: consentPaths.done,
    answer: ({ params: { attempt = '' }, cookies }) =>
      orRefusal(async () => {
        if (isRefusalOnTheWay(attempt)) return refusalPage(attempt)
        const binding = bindingIn(cookies, services.publicUrl, attempt)
        const read = await readOutcome(services, attempt, binding)
        if (read.state === 'going-on') return goingOnPage
        return outcomePage(read.outcome, services.publicUrl, read.again ? binding?.ticket : undefined)
      }),
  },
]

/** Refusals that the callback redirects to when there is no attempt to report them for. */
const refusalsOnTheWay = [
  'attempt-unknown',
  'other-browser',
  'answer-malformed',
  'app-approved',
] as const satisfies ConsentRefusalCode[]
const isRefusalOnTheWay = (text: string): text is (typeof refusalsOnTheWay)[number] =>
  refusalsOnTheWay.some((code) => code === text)

const orRefusal = async <Answer>(answer: () => Promise<Answer>): Promise<Answer | Page> => {
  try {
    return await answer()
  } catch (error) {
    if (error instanceof ConsentRefusal) return refusalPage(error.code)
    if (error instanceof OAuth2Error) return incompletePage(error.finding)
    throw error
  }
}

/**
 * Checks where a form was sent from. New browsers send a header that pages cannot forge, older ones send the origin,
 * and very old ones send neither.
 */
const isOwnForm = ({ 'sec-fetch-site': site, origin }: PageRequest['headers'], publicUrl: string): boolean => {
  if (site !== undefined) return site === 'same-origin'
  return origin === undefined || origin === new URL(publicUrl).origin
}
