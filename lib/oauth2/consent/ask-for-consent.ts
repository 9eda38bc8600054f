import type { Account } from '../../accounts/account.ts'
import { accountNameOf } from '../../accounts/account-mailbox.ts'
import { readAccount } from '../../accounts/store/account-store.ts'
import type { Actor } from '../../audit/audit-entry.ts'
import type { AuditTrail } from '../../audit/audit-trail.ts'
import { ProblemError } from '../../reasons/problem.ts'
import { invalidRequest } from '../../requests/parse-request.ts'
import { newSecret } from '../../secrets/random-secret.ts'
import type { Clock } from '../../text/clock.ts'
import { publicClientOf } from '../oauth2-client.ts'
import { OAuth2Error } from '../oauth2-error.ts'
import type { Profile } from '../profiles/profile.ts'
import { readSetup } from '../setup.ts'
import { type ConsentStore, secondsOf, ticketIdOf, ticketKeyOf, ticketLifetime } from './consent-store.ts'
import { allowedReturnTo, startUrlOf } from './consent-urls.ts'
import type { ConsentLink } from './consent-view.ts'
import { askedOf, type ConsentReaders } from './still-asked.ts'

export interface AskServices extends ConsentReaders {
  readonly consents: Pick<ConsentStore, 'addTicket'>
  readonly audit: AuditTrail
  readonly publicUrl: string
  readonly returnToUrls: readonly string[]
  readonly now: Clock
}

export interface ConsentWish {
  readonly accountId: string
  readonly returnTo?: string | undefined
  readonly by: Actor
}

/**
 * Creates a consent link for the mailbox's owner. The account does not change.
 * @throws ProblemError `not-found`, `consent-not-needed`, `oauth2-incomplete`, `invalid-request`
 */
export const askForConsent = async (
  services: AskServices,
  { accountId, returnTo, by }: ConsentWish,
): Promise<ConsentLink> => {
  const account = await readAccount(accountId, services)
  const name = accountNameOf(account)
  if (account.credential.method === 'password')
    throw new ProblemError('consent-not-needed', `The account ${name} logs in with a password.`)
  const profile = await profileFor(services, account)
  const back = returnTo === undefined ? undefined : returnAddress(returnTo, services.returnToUrls)

  const ticket = newSecret()
  const consentId = ticketIdOf(ticket)
  const now = services.now()
  const expiresAt = secondsOf(now) + ticketLifetime
  const row = {
    consentKey: ticketKeyOf(consentId),
    accountId,
    asked: askedOf(account, profile),
    requestedBy: by.name,
    requestedBySub: by.sub,
    requestedAt: now.toISOString(),
    returnTo: back,
    attempts: 0,
    expiresAt,
  }
  await services.audit.record(
    { by, action: 'authorize', subject: `/accounts/${accountId}`, name },
    () => services.consents.addTicket(row),
    () => true,
  )
  return { consentId, url: startUrlOf(services.publicUrl, ticket), expiresAt: new Date(expiresAt * 1000).toISOString() }
}

/** @throws ProblemError `consent-not-needed`, or `oauth2-incomplete` if people could not use the link */
const profileFor = async (services: AskServices, account: Account): Promise<Profile> => {
  try {
    const setup = await readSetup(services, account)
    const { profile } = setup
    if (profile.grant === 'client_credentials')
      throw new ProblemError('consent-not-needed', `The profile ${profile.name} uses app-only access.`)
    publicClientOf(setup)
    return profile
  } catch (error) {
    if (!(error instanceof OAuth2Error)) throw error
    throw new ProblemError('oauth2-incomplete', `${error.finding.detail} ${error.finding.remedy}`)
  }
}

const returnAddress = (returnTo: string, allowed: readonly string[]): string => {
  const address = allowedReturnTo(returnTo, allowed)
  if (address === undefined)
    throw invalidRequest([
      {
        path: '/returnTo',
        message: 'must be one of the URLs in the deployment’s ReturnToUrls or a subpath of one, in the same spelling',
      },
    ])
  return address
}
