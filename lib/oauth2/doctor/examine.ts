import type { Account } from '../../accounts/account.ts'
import { mailboxUserOf } from '../../accounts/account-mailbox.ts'
import { type AccountStore, readAccount } from '../../accounts/store/account-store.ts'
import { type Reason, reasonOf } from '../../reasons/reason.ts'
import { type Facts, factsOf, StepLog } from '../../reasons/step-log.ts'
import type { OAuth2Client } from '../authorization/authorization-servers.ts'
import type { ReachEndpoint } from '../authorization/reach-endpoint.ts'
import { exchangeCommands } from '../findings/exchange-commands.ts'
import type { TokenUse } from '../findings/login-rules.ts'
import { findingOfClaims } from '../findings/mail-server-refusals.ts'
import { claimsOf, type TokenClaims } from '../findings/token-claims.ts'
import { publicClientOf } from '../oauth2-client.ts'
import { addressedTo, OAuth2Error } from '../oauth2-error.ts'
import { readSetup, type Setup, type SetupReaders } from '../setup.ts'
import { grantKeyOf } from '../tokens/grant.ts'
import { type Examination, type ExaminationLog, examinedSteps } from './examination.ts'
import { examinationLimits, probeLimitsWithin } from './examination-limits.ts'
import { tryEndpoints } from './try-endpoints.ts'
import { type ProbeWithin, tryMailServer } from './try-mail-server.ts'
import { type TokenTrials, tryTokens } from './try-tokens.ts'

export interface ExaminationServices extends SetupReaders, TokenTrials {
  readonly accounts: Pick<AccountStore, 'read'>
  /** Ends within `examinationLimits.endpoints`. */
  readonly reach: ReachEndpoint
  readonly probe: ProbeWithin
}

/**
 * Examines an account's OAuth2 setup step by step and determines the one cause of a problem. Ends within 25 s. Like any
 * fetch, it may refresh the account's token. Nothing else changes.
 * @throws ProblemError `not-found`
 */
export const examine = async (
  accountId: string,
  services: ExaminationServices,
  signal: AbortSignal,
): Promise<Examination> => {
  const until = performance.now() + examinationLimits.total
  const limited = AbortSignal.any([signal, AbortSignal.timeout(examinationLimits.total)])
  const account = await readAccount(accountId, services)
  const log = new StepLog(examinedSteps)
  const seen: Seen = {}
  const conclusion = await concluded(log, () => stepByStep({ account, services, log, seen, until }, limited))
  const commands = commandsFor(account, seen)
  return {
    accountId,
    passed: conclusion.code === 'connected',
    // An examination has one remedy, which is that of its conclusion.
    steps: log.steps.map(({ remedy: _, ...step }) => step),
    conclusion: addressedTo(accountId, reasonOf(conclusion)),
    ...(commands && { exchangeCommands: commands }),
  }
}

/** What the examination has found out so far, even if a step fails later. */
interface Seen {
  setup?: Setup
  claims?: TokenClaims | undefined
}

interface Course {
  readonly account: Account
  readonly services: ExaminationServices
  readonly log: ExaminationLog
  readonly seen: Seen
  /** `performance.now()` */
  readonly until: number
}

/** Records an error that stops a step as the step's failure, and returns it as the conclusion. */
const concluded = async (log: ExaminationLog, course: () => Promise<Reason>): Promise<Reason> => {
  try {
    return await course()
  } catch (error) {
    if (!(error instanceof OAuth2Error)) throw error
    log.failed(log.current, error.finding)
    return error.finding
  }
}

const stepByStep = async ({ account, services, log, seen, until }: Course, signal: AbortSignal): Promise<Reason> => {
  const setup = await readSetup(services, account)
  const client = publicClientOf(setup)
  seen.setup = setup
  const { profile, provider } = setup
  const facts = setupFacts(setup, client)
  log.passed('settings', `The profile “${profile.name}” uses the provider “${provider.name}”.`, facts)

  log.passed('endpoints', 'The provider responds.', await tryEndpoints(client, setup, services.reach, signal))

  const { accessToken, expiresAt } = await tryTokens(client, setup, services, signal)
  log.passed('tokens', tokenWords(setup), expiresAt === undefined ? undefined : { expiresAt })

  const claims = claimsOf(accessToken)
  seen.claims = claims
  const grant = await services.grants.read(grantKeyOf(account.accountId, profile))
  const use = { claims, consentedBy: grant?.consentedBy, account, profile, provider }
  const left = until - performance.now()
  if (left < examinationLimits.leastForMailServer) {
    tellClaims(use, false, log)
    log.skipped('mail-server', 'Skipped, because the provider took all the available time.')
    return findingOfClaims(use) ?? outOfTime
  }
  const { conclusion, letIn } = await tryMailServer(account, accessToken, use, log, (settings) =>
    services.probe(settings, probeLimitsWithin(left), signal),
  )
  tellClaims(use, letIn, log)
  return conclusion
}

const setupFacts = ({ account, profile, provider }: Setup, { scopes }: OAuth2Client): Facts =>
  factsOf({
    profile: profile.name,
    provider: provider.name,
    grant: profile.grant,
    tenant: profile.tenant,
    clientId: profile.clientId,
    secretExpiresOn: profile.secretExpiresOn,
    scopes: [...scopes],
    username: account.username,
    mailbox: account.mailbox,
  })

const tokenWords = ({ profile }: Setup): string =>
  profile.grant === 'client_credentials'
    ? 'The provider accepts the client secret and issued an app-only token.'
    : 'The provider accepts the client and the consent, and issued a new token.'

const outOfTime: Reason = {
  code: 'out-of-time',
  detail: 'The provider responds so slowly that no time was left to test the mail server.',
  remedy: 'Try again. If the problem persists, contact the provider.',
}

const commandsFor = (account: Account, { setup, claims }: Seen): string[] | undefined =>
  setup?.profile.grant === 'client_credentials' && setup.provider.kind === 'microsoft'
    ? exchangeCommands({
        clientId: setup.profile.clientId,
        objectId: claims?.objectId,
        mailbox: mailboxUserOf(account),
      })
    : undefined

/**
 * Logs the service and person that the token is for.
 * @param letIn true if the mail server accepted the token. Claims that look wrong are then correct after all.
 */
const tellClaims = (use: TokenUse, letIn: boolean, log: ExaminationLog): void => {
  const facts = claimsFacts(use)
  const finding = letIn ? undefined : findingOfClaims(use)
  if (finding) log.failed('claims', { ...finding, facts })
  else if (use.claims) log.passed('claims', claimsWords(use), facts)
  else log.skipped('claims', 'Only the provider’s own services can read its tokens.', { facts })
}

const claimsFacts = ({ claims, consentedBy }: TokenUse): Facts =>
  factsOf({
    audience: claims && [...claims.audience],
    scopes: claims && [...claims.scopes],
    roles: claims && [...claims.roles],
    person: claims?.person,
    tenant: claims?.tenant,
    application: claims?.application,
    objectId: claims?.objectId,
    issuer: claims?.issuer,
    expiresAt: claims?.expiresAt,
    consentedBy,
  })

const claimsWords = ({ claims, profile }: TokenUse): string => {
  const who =
    claims?.person ??
    (profile.grant === 'client_credentials' ? 'the application itself' : 'a person whom it does not name')
  const audience = claims?.audience.join(', ') ?? ''
  const until = claims?.expiresAt === undefined ? '' : ` and is valid until ${claims.expiresAt}`
  return `The token was issued to ${who}${audience === '' ? '' : ` for ${audience}`}${until}.`
}
