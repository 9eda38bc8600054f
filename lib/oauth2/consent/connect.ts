import { mailboxUserOf } from '../../accounts/mailbox-key.ts'
import type { Actor } from '../../audit/audit-entry.ts'
import {
  AuthorizationServerError,
  type AuthorizationServers,
  type TokenAnswer,
} from '../authorization/authorization-server.ts'
import { oauth2Finding } from '../findings/oauth2-findings.ts'
import { findingOfRefusal } from '../findings/provider-refusals.ts'
import { isSamePerson, personOf } from '../findings/token-claims.ts'
import { publicClientOf } from '../oauth2-client.ts'
import type { Profile } from '../profiles/profile.ts'
import { redirectUriOf } from './addresses.ts'
import { type AuthorizationAnswer, isAnswerOf } from './authorization-answer.ts'
import { attemptFailures, ConsentFailure, inRoundTrip, personUnproven, saidIn, wrongPerson } from './consent-failure.ts'
import { type Attempt, requesterOf, type Ticket } from './consent-rows.ts'
import { type BrowserBinding, verifierOf } from './consent-secrets.ts'
import type { TicketReader } from './consent-store.ts'
import { type KeepServices, keepGrant } from './keep-grant.ts'
import type { About, ConnectedOutcome } from './outcome.ts'
import { type Probe, type Proof, proveGrant } from './prove-grant.ts'
import { type Setup, type SetupReaders, stillAsked } from './still-asked.ts'

export interface ConnectServices extends SetupReaders, KeepServices {
  readonly consents: TicketReader & KeepServices['consents']
  readonly servers: Pick<AuthorizationServers, 'exchangeCode'>
  /** Resolves to undefined if the stored secret no longer exists. */
  readonly clientSecretOf: (profileId: string, version: string) => Promise<string | undefined>
  readonly probe: Probe
  /** Requests a fetch; see ConnectedOutcome. */
  readonly fetchNow: (accountId: string, by: Actor) => Promise<ConnectedOutcome['fetch']>
  readonly publicUrl: string
}

/** A browser's return from the provider, with its round trip. */
export interface Arrival {
  readonly answer: AuthorizationAnswer
  readonly binding: BrowserBinding
  readonly attempt: Attempt
}

/**
 * Turns the provider's response into a valid grant. The account's previous grant stays until the new one is proven.
 * @throws ConsentFailure
 * @throws OAuth2Error if the account may not receive the provider's tokens
 * @throws ConsentRefusal if the account has changed since the person was asked
 */
export const connect = async (
  { answer, binding }: Arrival,
  ticket: Ticket,
  setup: Setup,
  about: About,
  services: ConnectServices,
  signal: AbortSignal,
): Promise<ConnectedOutcome> => {
  const { account, profile, provider } = setup
  const publicClient = publicClientOf(setup)
  if (!isAnswerOf(publicClient.authorizationEndpoint, answer.issuer))
    throw new ConsentFailure(attemptFailures['wrong-issuer'])
  if ('error' in answer) {
    const { error, description } = answer
    throw new ConsentFailure(
      inRoundTrip(findingOfRefusal({ kind: 'refused', error, description }, provider)),
      saidIn(answer),
    )
  }
  const client = { ...publicClient, clientSecret: await secretOf(profile, services) }
  const code = {
    code: answer.code,
    redirectUri: redirectUriOf(services.publicUrl),
    codeVerifier: verifierOf(binding, answer.state),
  }
  const tokens = await exchanged(() => services.servers.exchangeCode(client, code, signal), setup)
  const consentedBy = personOf(tokens)
  if (tokens.refreshToken === undefined)
    throw new ConsentFailure(oauth2Finding('no-refresh-token'), consentedBy === undefined ? {} : { consentedBy })
  const proof = await proveGrant(setup, tokens, services.probe, signal)
  assertLetIn(proof, consentedBy, setup)

  // The steps above take seconds, in which an admin may have changed the account.
  const current = await stillAsked(ticket, services)
  const isGuess = proof.verdict === 'unproven' && !proof.letIn && consentedBy === undefined
  await keepGrant(current, ticket, { answer: tokens, consentedBy, isGuess }, services)
  const fetch = await services.fetchNow(account.accountId, requesterOf(ticket))
  return {
    kind: 'connected',
    about,
    ...(consentedBy !== undefined && { consentedBy }),
    ...(proof.verdict === 'proven' && proof.waiting !== undefined && { waiting: proof.waiting }),
    ...(proof.verdict === 'unproven' && { unproven: proof.failure }),
    fetch,
  }
}

const secretOf = async ({ profileId, secretVersion }: Profile, { clientSecretOf }: ConnectServices) => {
  if (secretVersion === undefined) return undefined
  const secret = await clientSecretOf(profileId, secretVersion)
  if (secret === undefined) throw new ConsentFailure(oauth2Finding('client-secret-missing'))
  return secret
}

const exchanged = async (exchange: () => Promise<TokenAnswer>, { provider }: Setup): Promise<TokenAnswer> => {
  try {
    return await exchange()
  } catch (error) {
    if (!(error instanceof AuthorizationServerError)) throw error
    const { refusal } = error
    const said = refusal.kind === 'refused' ? saidIn(refusal) : {}
    throw new ConsentFailure(inRoundTrip(findingOfRefusal(refusal, provider)), said)
  }
}

/**
 * Requires a login that the mail server accepted. If the mail server could not be asked, the consent is kept anyway, so
 * that the person need not consent again. The consent of an unexpected person is not kept, because it would replace one
 * that may work.
 */
const assertLetIn = (proof: Proof, consentedBy: string | undefined, { account }: Setup): void => {
  if (proof.verdict === 'proven') return
  const { username } = account
  const isSomebodyElse = consentedBy !== undefined && !isSamePerson(consentedBy, username)
  const who = consentedBy === undefined ? {} : { consentedBy }
  if (proof.verdict === 'refused') {
    const { finding, detail } = proof
    const told =
      isSomebodyElse && finding.code === 'wrong-person'
        ? wrongPerson(consentedBy, username, mailboxUserOf(account))
        : finding
    throw new ConsentFailure(told, { ...who, mailServerSaid: detail })
  }
  if (isSomebodyElse)
    throw new ConsentFailure(personUnproven(consentedBy, username), { ...who, mailServerSaid: proof.failure.detail })
}
