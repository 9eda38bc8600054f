import { authorizationAnswerOf } from '../../lib/oauth2/consent/authorization-answer.ts'
import { type CompleteServices, completeConsent } from '../../lib/oauth2/consent/complete-consent.ts'
import { ConsentRefusal } from '../../lib/oauth2/consent/consent-errors.ts'
import { attemptIdOf } from '../../lib/oauth2/consent/consent-store.ts'
import { consentPaths, doneUrlOf } from '../../lib/oauth2/consent/consent-urls.ts'
import { bindingIn, consentCookieLine } from '../shared/page/consent-cookie.ts'
import type { Redirect } from '../shared/page/page.ts'
import type { PageRequest, PageRoute } from '../shared/page/page-function.ts'

export interface CallbackServices extends CompleteServices {
  /** `outcome`: the finding's code, or `connected`. */
  readonly onEnded: (outcome: string) => void
  /** A signal for everything that one request may wait for. */
  readonly deadline: () => AbortSignal
}

/**
 * The address that providers send browsers back to. Every response redirects to another page, so that neither code nor
 * state stays in the address bar and the history, and so that a second click ends on the same page.
 */
export const callbackRoutes = (services: CallbackServices): PageRoute[] => [
  { method: 'GET', path: consentPaths.callback, answer: (request) => completed(request, services) },
]

const completed = async ({ query, cookies }: PageRequest, services: CallbackServices): Promise<Redirect> => {
  const { publicUrl, deadline, onEnded } = services
  const answer = authorizationAnswerOf(query)
  if (!answer) return { location: doneUrlOf(publicUrl, isApproval(query) ? 'app-approved' : 'answer-malformed') }
  const attemptId = attemptIdOf(answer.state)
  const binding = bindingIn(cookies, publicUrl, attemptId)
  try {
    const { outcome } = await completeConsent(services, answer, binding, deadline())
    if (outcome) onEnded(outcome.kind === 'connected' ? 'connected' : outcome.code)
    const cookie = binding && [consentCookieLine(publicUrl, { attemptId, binding })]
    // The cookie is set again, so that the page can be reloaded as long as the outcome is stored.
    return { location: doneUrlOf(publicUrl, attemptId), ...(cookie && { cookies: cookie }) }
  } catch (error) {
    if (!(error instanceof ConsentRefusal)) throw error
    onEnded(error.code)
    return { location: doneUrlOf(publicUrl, error.code) }
  }
}

/** Microsoft's `adminconsent` response. It grants nothing here, so a forged one is harmless. */
const isApproval = ({ admin_consent: approved, error }: PageRequest['query']): boolean =>
  error === undefined && approved?.toLowerCase() === 'true'
