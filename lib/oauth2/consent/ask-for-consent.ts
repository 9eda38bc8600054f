import { readAccount } from '../../accounts/store/account-store.ts'
import type { Actor } from '../../audit/audit-entry.ts'
import type { AuditTrail } from '../../audit/audit-trail.ts'
import { ProblemError } from '../../reasons/problem.ts'
import { invalidRequest } from '../../requests/parse-request.ts'
import { publicClientOf } from '../oauth2-client.ts'
import { OAuth2Error } from '../oauth2-error.ts'
import { startUrlOf } from './addresses.ts'
import { askedOf } from './asked.ts'
import { ticketLifetime } from './consent-limits.ts'
import { ticketIdOf, ticketKeyOf } from './consent-rows.ts'
import type { TicketWriter } from './consent-store.ts'
import { allowedReturnTo } from './consent-urls.ts'
import type { ConsentLink } from './consent-view.ts'
import { newSecret } from './secret-text.ts'
import type { SetupReaders } from './still-asked.ts'

export interface AskServices extends SetupReaders {
  readonly consents: TicketWriter
  readonly audit: AuditTrail
  readonly publicUrl: string
  readonly returnToUrls: readonly string[]
  readonly now: () => Date
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
  { accountId, returnTo, by }: ConsentWish,
  services: AskServices,
): Promise<ConsentLink> => {
  const account = await readAccount(accountId, services)
  const { username, host, credential } = account
  if (credential.method === 'password')
    throw new ProblemError('consent-not-needed', `The account ${username} on ${host} logs in with a password.`)
  const profile = await services.profiles.read(credential.profileId)
  if (!profile) throw new ProblemError('oauth2-incomplete', 'The account’s OAuth2 profile does not exist.')
  if (profile.grant === 'client_credentials')
    throw new ProblemError('consent-not-needed', `The profile ${profile.name} uses app-only access.`)
  const provider = await services.providers.read(profile.providerId)
  if (!provider)
    throw new ProblemError('oauth2-incomplete', `The provider that the profile ${profile.name} uses does not exist.`)
  assertComplete(() => publicClientOf({ account, profile, provider }))
  const back = returnTo === undefined ? undefined : returnAddress(returnTo, services.returnToUrls)

  const ticket = newSecret()
  const consentId = ticketIdOf(ticket)
  const now = services.now()
  const expiresAt = Math.floor(now.getTime() / 1000) + ticketLifetime
  const row = {
    consentKey: ticketKeyOf(consentId),
    accountId,
    asked: askedOf(account, profile),
    requestedBy: by.name,
    requestedBySub: by.sub,
    requestedAt: now.toISOString(),
    ...(back !== undefined && { returnTo: back }),
    attempts: 0,
    expiresAt,
  }
  await services.audit.record(
    {
      by,
      action: 'authorize',
      subject: `/accounts/${accountId}`,
      name: `${username} on ${host}`,
    },
    () => services.consents.addTicket(row),
    () => true,
  )
  return { consentId, url: startUrlOf(services.publicUrl, ticket), expiresAt: new Date(expiresAt * 1000).toISOString() }
}

const assertComplete = (build: () => unknown): void => {
  try {
    build()
  } catch (error) {
    if (error instanceof OAuth2Error)
      throw new ProblemError('oauth2-incomplete', `${error.finding.detail} ${error.finding.remedy}`)
    throw error
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
