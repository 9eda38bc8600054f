import type { IncomingMessage, ServerResponse } from 'node:http'
import { text } from 'node:stream/consumers'
import type { TestUser } from './options.ts'
import { consentPage, errorPage, loginPage } from './pages.ts'
import { interactionPath, type Provider, subjectOf } from './provider.ts'

type Interaction = Awaited<ReturnType<Provider['interactionDetails']>>

const html = (response: ServerResponse, status: number, body: string): void => {
  response.writeHead(status, { 'content-type': 'text/html; charset=utf-8', 'cache-control': 'no-store' }).end(body)
}

const word = (value: unknown): string => (typeof value === 'string' ? value : '')

/** The pages on which people sign in and give or deny consent. */
export const interactions =
  (provider: Provider, users: readonly TestUser[]) =>
  async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const details = await provider.interactionDetails(request, response).catch(() => undefined)
    if (!details)
      return html(
        response,
        400,
        errorPage('session_not_found', 'The sign-in has expired or started in another browser.'),
      )
    const path = `${interactionPath}${details.uid}`
    const isConsent = details.prompt.name === 'consent'
    if (request.method !== 'POST')
      return html(response, 200, isConsent ? askConsent(details, path, users) : askLogin(details, path))
    const fields = new URLSearchParams(await text(request))
    const action = fields.get('action')
    if (action === 'cancel' || action === 'deny')
      return await provider.interactionFinished(request, response, {
        error: 'access_denied',
        error_description: 'The user denied access',
      })
    if (isConsent) {
      const grantId = await allow(provider, details)
      return await provider.interactionFinished(request, response, { consent: { grantId } })
    }
    const email = fields.get('email') ?? ''
    const user = users.find((each) => each.email === email && each.password === fields.get('password'))
    if (!user)
      return html(response, 200, loginPage({ path, hint: email, complaint: 'Wrong e-mail address or password.' }))
    const login = { accountId: subjectOf(user) }
    const chosen = details.prompt.name === 'select_account' ? { select_account: {} } : {}
    return await provider.interactionFinished(request, response, { login, ...chosen })
  }

const askLogin = ({ params }: Interaction, path: string): string => loginPage({ path, hint: word(params.login_hint) })

const askConsent = ({ params, session }: Interaction, path: string, users: readonly TestUser[]): string =>
  consentPage({
    path,
    client: word(params.client_id),
    user: users.find((each) => subjectOf(each) === session?.accountId)?.email ?? '',
    scopes: word(params.scope).split(' '),
  })

/** Grants all requested scopes, in addition to an existing grant's scopes. */
const allow = async (provider: Provider, { grantId, session, params, prompt }: Interaction): Promise<string> => {
  const before = grantId === undefined ? undefined : await provider.Grant.find(grantId)
  const grant = before ?? new provider.Grant({ accountId: word(session?.accountId), clientId: word(params.client_id) })
  grant.addOIDCScope(word(params.scope))
  for (const resource of Object.keys(missingResources(prompt.details)))
    grant.addResourceScope(resource, word(params.scope))
  return await grant.save()
}

const missingResources = ({ missingResourceScopes }: Interaction['prompt']['details']): object =>
  typeof missingResourceScopes === 'object' && missingResourceScopes !== null ? missingResourceScopes : {}
