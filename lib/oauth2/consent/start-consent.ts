import {
  AuthorizationServerError,
  type AuthorizationServers,
  type OAuth2Client,
} from '../authorization/authorization-server.ts'
import { findingOfRefusal } from '../findings/provider-refusals.ts'
import { publicClientOf } from '../oauth2-client.ts'
import { OAuth2Error } from '../oauth2-error.ts'
import type { Provider } from '../providers/provider.ts'
import { redirectUriOf } from './addresses.ts'
import { attemptLifetime, attemptsPerTicket } from './consent-limits.ts'
import { ConsentRefusal } from './consent-refusal.ts'
import { attemptIdOf, attemptKeyOf, type Ticket, ticketIdOf, ticketKeyOf } from './consent-rows.ts'
import { type BrowserBinding, bindingHash, challengeOf, newBinding, verifierOf } from './consent-secrets.ts'
import type { AttemptStarter, TicketReader } from './consent-store.ts'
import { looksLikeSecret, newSecret } from './secret-text.ts'
import { type Setup, type SetupReaders, stillAsked } from './still-asked.ts'

export interface StartServices extends SetupReaders {
  readonly consents: TicketReader & AttemptStarter
  readonly servers: Pick<AuthorizationServers, 'authorizationUrl'>
  readonly publicUrl: string
  readonly now: () => Date
}

/** The data of the start page. */
export interface Invitation extends Setup {
  readonly ticket: Ticket
  readonly client: OAuth2Client
}

/**
 * Reads a link without using it up, because mail filters open every link in a mail.
 * @throws ConsentRefusal
 * @throws OAuth2Error if profile and provider do not allow a valid request
 */
export const readInvitation = async (
  ticketText: string,
  services: Omit<StartServices, 'consents'> & { readonly consents: TicketReader },
): Promise<Invitation> => {
  const ticket = looksLikeSecret(ticketText)
    ? await services.consents.readTicket(ticketKeyOf(ticketIdOf(ticketText)))
    : undefined
  if (!ticket) throw new ConsentRefusal('link-unknown')
  if (ticket.usedAt !== undefined) throw new ConsentRefusal('link-used')
  if (ticket.expiresAt * 1000 <= services.now().getTime()) throw new ConsentRefusal('link-expired')
  if (ticket.attempts >= attemptsPerTicket) throw new ConsentRefusal('link-worn-out')
  const setup = await stillAsked(ticket, services)
  // The client has no secret, because the browser does not need one and this function may not read it.
  return { ...setup, ticket, client: publicClientOf(setup) }
}

export interface Departure {
  readonly accountId: string
  readonly attemptId: string
  /** The address that the browser is sent to. */
  readonly url: string
  /** For the browser's cookie only. */
  readonly binding: BrowserBinding
}

/** Begins a round trip to the provider. @throws the same errors as `readInvitation` */
export const startConsent = async (ticketText: string, services: StartServices): Promise<Departure> => {
  const { ticket, client, provider, account } = await readInvitation(ticketText, services)
  const now = services.now()
  const state = newSecret()
  const binding = newBinding(ticketText)
  const attemptId = attemptIdOf(state)
  const request = {
    redirectUri: redirectUriOf(services.publicUrl),
    state,
    codeChallenge: challengeOf(verifierOf(binding, state)),
    loginHint: account.username,
    parameters: provider.authorizationParameters,
  }
  const url = usable(() => services.servers.authorizationUrl(client, request), provider)
  if (!(await services.consents.countAttempt(ticket.consentKey, now))) throw new ConsentRefusal('link-used')
  await services.consents.addAttempt({
    consentKey: attemptKeyOf(attemptId),
    ticketKey: ticket.consentKey,
    browserHash: bindingHash(binding),
    startedAt: now.toISOString(),
    expiresAt: Math.floor(now.getTime() / 1000) + attemptLifetime,
  })
  return { accountId: account.accountId, attemptId, url, binding }
}

/** Reports an endpoint that a browser must not be sent to as a problem of the provider's settings. */
const usable = <T>(make: () => T, provider: Provider): T => {
  try {
    return make()
  } catch (error) {
    if (error instanceof AuthorizationServerError) throw new OAuth2Error(findingOfRefusal(error.refusal, provider))
    throw error
  }
}
