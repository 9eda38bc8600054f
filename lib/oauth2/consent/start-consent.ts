import { looksLikeSecret, newSecret } from '../../secrets/random-secret.ts'
import type { Clock } from '../../text/clock.ts'
import type { AuthorizationServers, OAuth2Client } from '../authorization/authorization-servers.ts'
import { orFinding, publicClientOf } from '../oauth2-client.ts'
import type { Setup } from '../setup.ts'
import { ConsentRefusal } from './consent-errors.ts'
import { type BrowserBinding, bindingHash, challengeOf, newBinding, verifierOf } from './consent-secrets.ts'
import {
  attemptIdOf,
  attemptKeyOf,
  attemptLifetime,
  type ConsentStore,
  secondsOf,
  type Ticket,
  ticketIdOf,
  ticketKeyOf,
  ticketStateOf,
} from './consent-store.ts'
import { redirectUriOf } from './consent-urls.ts'
import { type ConsentReaders, stillAsked } from './still-asked.ts'

export interface StartServices extends ConsentReaders {
  readonly consents: Pick<ConsentStore, 'readTicket' | 'countAttempt' | 'addAttempt'>
  readonly servers: Pick<AuthorizationServers, 'authorizationUrl'>
  readonly publicUrl: string
  readonly now: Clock
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
export const readInvitation = async (services: StartServices, ticketText: string): Promise<Invitation> => {
  const ticket = looksLikeSecret(ticketText)
    ? await services.consents.readTicket(ticketKeyOf(ticketIdOf(ticketText)))
    : undefined
  if (!ticket) throw new ConsentRefusal('link-unknown')
  const state = ticketStateOf(ticket, services.now())
  if (state !== 'open') throw new ConsentRefusal(`link-${state}`)
  const setup = await stillAsked(services, ticket)
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
export const startConsent = async (services: StartServices, ticketText: string): Promise<Departure> => {
  const { ticket, client, provider, account } = await readInvitation(services, ticketText)
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
  // A browser must not be sent to every endpoint. That is a problem of the provider's settings.
  const url = await orFinding(provider, () => services.servers.authorizationUrl(client, request))
  if (!(await services.consents.countAttempt(ticket.consentKey, now)))
    throw new ConsentRefusal(`link-${await whyClosed(services, ticket)}`)
  await services.consents.addAttempt({
    consentKey: attemptKeyOf(attemptId),
    ticketKey: ticket.consentKey,
    browserHash: bindingHash(binding),
    startedAt: now.toISOString(),
    expiresAt: secondsOf(now) + attemptLifetime,
  })
  return { accountId: account.accountId, attemptId, url, binding }
}

/** @returns why the link stopped working between two reads, for example because another window used it up */
const whyClosed = async ({ consents, now }: StartServices, { consentKey }: Ticket) => {
  const ticket = await consents.readTicket(consentKey)
  const state = ticket === undefined ? 'expired' : ticketStateOf(ticket, now())
  return state === 'open' ? 'used' : state
}
