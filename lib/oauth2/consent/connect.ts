import type { Account } from '../../accounts/account.ts'
import { accountNameOf, mailboxUserOf } from '../../accounts/account-mailbox.ts'
import type { AuditTrail } from '../../audit/audit-trail.ts'
import type { MailboxSettings } from '../../mailbox/mailbox.ts'
import type { ConnectionTest, TestedStep } from '../../mailbox/probe/connection-test.ts'
import type { Reason } from '../../reasons/reason.ts'
import type { SecretReader } from '../../secrets/secret-store.ts'
import type { Clock } from '../../text/clock.ts'
import type { AuthorizationServers } from '../authorization/authorization-servers.ts'
import { AuthorizationServerError, type ServerRefusal, type TokenAnswer } from '../authorization/server-answer.ts'
import { findingOfLogin } from '../findings/mail-server-refusals.ts'
import { oauth2Finding } from '../findings/oauth2-findings.ts'
import { findingOfRefusal } from '../findings/provider-refusals.ts'
import { claimsOf, isSamePerson, personOf } from '../findings/token-claims.ts'
import { clientSecretOf, publicClientOf } from '../oauth2-client.ts'
import type { OAuth2Finding } from '../oauth2-error.ts'
import type { Provider } from '../providers/provider.ts'
import { assertTokenDestination, type Setup } from '../setup.ts'
import type { GrantKeeper } from '../tokens/grant-store.ts'
import { type AuthorizationAnswer, isAnswerOf } from './authorization-answer.ts'
import { attemptFailures, ConsentFailure, inRoundTrip, personUnproven, saidIn, wrongPerson } from './consent-errors.ts'
import { type BrowserBinding, verifierOf } from './consent-secrets.ts'
import { type Attempt, type ConnectedOutcome, type ConsentStore, requesterOf, type Ticket } from './consent-store.ts'
import { redirectUriOf } from './consent-urls.ts'
import { type ConsentReaders, stillAsked } from './still-asked.ts'

export interface ConnectServices extends ConsentReaders {
  readonly consents: Pick<ConsentStore, 'readTicket' | 'useTicket' | 'giveTicketBack'>
  readonly servers: Pick<AuthorizationServers, 'exchangeCode'>
  readonly secrets: SecretReader
  readonly probe: Probe
  readonly grants: Pick<GrantKeeper, 'keep'>
  readonly audit: AuditTrail
  readonly publicUrl: string
  readonly now: Clock
}

/** A browser's return from the provider, with its round trip. */
export interface Arrival {
  readonly answer: AuthorizationAnswer
  readonly binding: BrowserBinding
  readonly attempt: Attempt
}

/** The outcome, and the account as it was when the grant was kept. */
export interface Connected extends Omit<ConnectedOutcome, 'about' | 'fetch'> {
  readonly account: Account
}

/**
 * Turns the provider's response into a valid grant. The account's previous grant stays until the new one is proven.
 * @throws ConsentFailure
 * @throws OAuth2Error if the account may not receive the provider's tokens
 * @throws ConsentRefusal if the account has changed since the person was asked
 */
export const connect = async (
  services: ConnectServices,
  { answer, binding }: Arrival,
  ticket: Ticket,
  setup: Setup,
  signal: AbortSignal,
): Promise<Connected> => {
  const { profile, provider } = setup
  const publicClient = publicClientOf(setup)
  if (!isAnswerOf(publicClient.authorizationEndpoint, answer.issuer))
    throw new ConsentFailure(attemptFailures['wrong-issuer'])
  if ('error' in answer) throw refusedBy(provider, { kind: 'refused', ...answer })
  const client = { ...publicClient, clientSecret: await clientSecretOf(services.secrets, profile) }
  const code = {
    code: answer.code,
    redirectUri: redirectUriOf(services.publicUrl),
    codeVerifier: verifierOf(binding, answer.state),
  }
  const tokens = await services.servers.exchangeCode(client, code, signal).catch((error) => {
    throw error instanceof AuthorizationServerError ? refusedBy(provider, error.refusal) : error
  })
  const consentedBy = personOf(tokens)
  if (tokens.refreshToken === undefined) throw new ConsentFailure(oauth2Finding('no-refresh-token'), { consentedBy })
  const proof = await proveGrant(services.probe, setup, tokens, signal)
  assertLetIn(proof, consentedBy, setup)

  // The steps above take seconds, in which an admin may have changed the account.
  const current = await stillAsked(services, ticket)
  const isGuess = proof.verdict === 'unproven' && !proof.letIn && consentedBy === undefined
  await keepGrant(services, ticket, current, { answer: tokens, consentedBy, isGuess })
  return {
    account: current.account,
    kind: 'connected',
    consentedBy,
    waiting: proof.verdict === 'proven' ? proof.waiting : undefined,
    unproven: proof.verdict === 'unproven' ? proof.failure : undefined,
  }
}

/** @param refusal with the `error_uri`, if the provider sent its response through the browser */
const refusedBy = (
  provider: Provider,
  refusal: ServerRefusal & { readonly uri?: string | undefined },
): ConsentFailure =>
  new ConsentFailure(
    inRoundTrip(findingOfRefusal(refusal, provider)),
    refusal.kind === 'refused' ? saidIn(refusal) : {},
  )

/**
 * Requires a login that the mail server accepted. If the mail server could not be asked, the consent is kept anyway, so
 * that the person need not consent again. The consent of an unexpected person is not kept, because it would replace one
 * that may work.
 */
const assertLetIn = (proof: Proof, consentedBy: string | undefined, { account }: Setup): void => {
  if (proof.verdict === 'proven') return
  const { username } = account
  const isSomebodyElse = consentedBy !== undefined && !isSamePerson(consentedBy, username)
  if (proof.verdict === 'refused') {
    const { finding, detail } = proof
    const told =
      isSomebodyElse && finding.code === 'wrong-person'
        ? wrongPerson(consentedBy, username, mailboxUserOf(account))
        : finding
    throw new ConsentFailure(told, { consentedBy, mailServerSaid: detail })
  }
  if (isSomebodyElse)
    throw new ConsentFailure(personUnproven(consentedBy, username), {
      consentedBy,
      mailServerSaid: proof.failure.detail,
    })
}

interface ProvenAnswer {
  readonly answer: TokenAnswer
  readonly consentedBy: string | undefined
  /** True if it is unknown whose grant it is and whether it opens the mailbox. It does not replace a valid grant. */
  readonly isGuess: boolean
}

/**
 * Keeps a grant and uses up the ticket for its one connection. If the grant could not be kept, the ticket can be used
 * again.
 * @throws ConsentFailure
 */
const keepGrant = async (
  { consents, grants, audit, now }: ConnectServices,
  ticket: Ticket,
  { account, profile }: Setup,
  { answer, consentedBy, isGuess }: ProvenAnswer,
): Promise<void> => {
  const { consentKey, asked, requestedBy, requestedBySub } = ticket
  const usedAt = now()
  if (!(await consents.useTicket(consentKey, usedAt))) {
    const isGone = (await consents.readTicket(consentKey)) === undefined
    throw new ConsentFailure(attemptFailures[isGone ? 'link-gone' : 'link-used-meanwhile'])
  }
  const { accountId } = account
  const intention = {
    by: requesterOf(ticket),
    action: 'connect' as const,
    subject: `/accounts/${accountId}`,
    name: accountNameOf(account),
    changes: consentedBy === undefined ? [] : [{ field: 'consentedBy', to: consentedBy }],
  }
  // The spelling that the person was asked for: the grants table distinguishes the case of user names when it decides
  // whether a guess would replace the account's valid grant.
  const consented = { ...account, username: asked.username }
  const grant = { account: consented, profile, answer, consentedBy, requestedBy, requestedBySub }
  try {
    const kept = await audit.record(intention, () => grants.keep(grant, { unlessOneHolds: isGuess }), Boolean)
    if (!kept) throw new ConsentFailure(attemptFailures['person-unnamed'])
  } catch (error) {
    await consents.giveTicketBack(consentKey, usedAt)
    throw error
  }
}

/** The result of a login with new tokens. */
export type Proof =
  | { readonly verdict: 'proven'; readonly waiting?: number | undefined }
  /** The mail server rejected the token. `detail` contains its response. */
  | { readonly verdict: 'refused'; readonly finding: OAuth2Finding; readonly detail: string }
  /** The mail server could not be asked. With `letIn`, it accepted the token but a later step failed. */
  | { readonly verdict: 'unproven'; readonly letIn: boolean; readonly failure: Reason }

export type Probe = (settings: MailboxSettings, signal: AbortSignal) => Promise<ConnectionTest>

/**
 * Logs in to the account's mailbox as a fetch would. The mailbox does not change.
 * @throws OAuth2Error if the account's host may not receive the token
 */
export const proveGrant = async (
  probe: Probe,
  setup: Setup,
  tokens: TokenAnswer,
  signal: AbortSignal,
): Promise<Proof> => {
  assertTokenDestination(setup)
  const { type, host, port, folder = 'INBOX', customCa } = setup.account
  const { accessToken } = tokens
  const credential = { method: 'oauth2' as const, username: mailboxUserOf(setup.account), accessToken }
  const { steps, passed, waiting } = await probe({ type, host, port, folder, customCa, credential }, signal)
  const failed = steps.find(({ state }) => state === 'failed')
  if (passed || !failed) return { verdict: 'proven', waiting: waiting?.count }
  return proofOf(failed, setup, tokens)
}

const proofOf = (
  { step, code = 'unknown', detail, remedy = '' }: TestedStep,
  setup: Setup,
  tokens: TokenAnswer,
): Proof => {
  // If an earlier step than the login failed, the server has not received the token.
  const use = { ...setup, claims: claimsOf(tokens.accessToken), consentedBy: personOf(tokens) }
  const finding = beforeLogin.has(step) ? undefined : findingOfLogin({ ...use, code, detail })
  return finding
    ? { verdict: 'refused', finding, detail }
    : { verdict: 'unproven', letIn: !upToLogin.has(step), failure: { code, detail, remedy } }
}

const beforeLogin: ReadonlySet<TestedStep['step']> = new Set(['resolve', 'address', 'connect', 'tls'])
const upToLogin: ReadonlySet<TestedStep['step']> = new Set([...beforeLogin, 'login'])
