import type { Account } from '../accounts/account.ts'
import { mailboxUserOf } from '../accounts/account-mailbox.ts'
import type { ChosenProfiles } from '../accounts/account-oauth2.ts'
import { type AccountInput, type OAuth2AccountInput, settingsOf } from '../accounts/input/parse-account-input.ts'
import type { Credential } from '../mailbox/mailbox.ts'
import { mailboxErrorCatalogue } from '../mailbox/mailbox-error.ts'
import type { LoginNotTried } from '../mailbox/probe/probe-mailbox.ts'
import { consentedFor, sameConsent } from '../oauth2/consented-for.ts'
import { addressedTo, OAuth2Error } from '../oauth2/oauth2-error.ts'
import type { AccessTokens, TokenAccount } from '../oauth2/tokens/access-tokens.ts'
import { reasonOf } from '../reasons/reason.ts'
import type { SecretReader } from '../secrets/secret-store.ts'
import type { TestedLogin } from './try-login.ts'

export interface LoginServices extends TokenServices {
  readonly secrets: SecretReader
}

interface TokenServices {
  readonly profiles: ChosenProfiles
  readonly tokens: AccessTokens
}

export const loginOfAccount = async (account: Account, services: LoginServices): Promise<TestedLogin> =>
  account.credential.method === 'oauth2'
    ? await tokenLogin(account, account, services)
    : passwordLogin(account.username, await storedPassword(account, services))

/** @param account the stored account, if the test is about a change */
export const loginOfChange = async (
  input: AccountInput,
  account: Account,
  services: LoginServices,
): Promise<TestedLogin> =>
  input.authentication === 'oauth2'
    ? await consentedLogin(input, account, services)
    : passwordLogin(input.username, input.password ?? (await storedPassword(account, services)))

const storedPassword = async (account: Account, { secrets }: LoginServices) =>
  account.credential.method === 'password'
    ? await secrets.read(account.accountId, account.credential.secretVersion)
    : undefined

export const passwordLogin = (username: string, password: string | undefined): TestedLogin => {
  if (password !== undefined) return { credential: { method: 'password', username, password } }
  const { detail, remedy } = mailboxErrorCatalogue['credential-missing']
  return {
    credential: { method: 'password', username, password: '' },
    withoutLogin: { state: 'failed', code: 'credential-missing', detail, remedy },
  }
}

type TestedMailbox = Pick<Account, 'username' | 'mailbox'>

/**
 * Milliseconds to wait for another caller's token request, and the time after which no second token is requested. A
 * request of 10 s and a login of 12 s then still fit into the function's 29 s.
 */
const longestWait = 5_000

/**
 * Prepares a login with a token for `account`. If there is no token, the reason becomes the result of the login step.
 * The steps before it are tested anyway.
 * @param mailbox the mailbox that is opened with the token
 */
const tokenLogin = async (
  account: TokenAccount,
  mailbox: TestedMailbox,
  { tokens }: TokenServices,
): Promise<TestedLogin> => {
  const credentialWith = (accessToken: string): Credential => ({
    method: 'oauth2',
    username: mailboxUserOf(mailbox),
    accessToken,
  })
  const signal = AbortSignal.timeout(longestWait)
  const failed = (error: unknown) => addressedTo(account.accountId, notTriedFor(error))
  try {
    const { accessToken } = await tokens.tokenFor(account, { signal })
    const another = async () => {
      if (signal.aborted) return undefined
      try {
        return credentialWith((await tokens.tokenFor(account, { refused: accessToken, signal })).accessToken)
      } catch (error) {
        return failed(error)
      }
    }
    return { credential: credentialWith(accessToken), another }
  } catch (error) {
    return notLoggedIn(mailbox, failed(error))
  }
}

/**
 * Prepares a login with the token of an app-only profile, or with the token of the stored consent if that consent
 * matches the account under test.
 */
const consentedLogin = async (
  input: OAuth2AccountInput,
  account: Account,
  services: TokenServices,
): Promise<TestedLogin> => {
  const settings = settingsOf(input)
  const { accountId } = account
  const tested = { ...settings, accountId, credential: { method: 'oauth2', profileId: input.profileId } } as const
  const profile = await services.profiles.read(input.profileId)
  if (profile?.grant === 'client_credentials') return await tokenLogin(tested, settings, services)
  if (account.credential.method !== 'oauth2') return notLoggedIn(settings, consentComesLater)
  // A test does not change the profile, so both have its epoch.
  const consentOf = (of: TokenAccount, profileId: string) => consentedFor(of, { profileId, grantEpoch: 1 })
  if (!sameConsent(consentOf(account, account.credential.profileId), consentOf(tested, input.profileId)))
    return notLoggedIn(settings, addressedTo(accountId, anotherConsent))
  return await tokenLogin(account, settings, services)
}

/** @throws unknown any error that is not an OAuth2Error */
const notTriedFor = (error: unknown): LoginNotTried => {
  if (!(error instanceof OAuth2Error)) throw error
  return { state: 'failed', ...reasonOf(error.finding) }
}

export const notLoggedIn = (mailbox: TestedMailbox, withoutLogin: LoginNotTried): TestedLogin => ({
  credential: { method: 'oauth2', username: mailboxUserOf(mailbox), accessToken: '' },
  withoutLogin,
})

export const consentComesLater: LoginNotTried = {
  state: 'skipped',
  code: 'consent-missing',
  detail:
    'The login was skipped. People can consent only to a saved account, and the connection is then tested with a login.',
  remedy: 'Save the account. Then connect it with `postmaster oauth2 connect ACCOUNT`.',
}

const anotherConsent: LoginNotTried = {
  state: 'skipped',
  code: 'consent-outdated',
  detail: 'The login was skipped. A different profile, protocol, user or host requires a new consent.',
  remedy: 'Save the change. Then connect the account again with `postmaster oauth2 connect ACCOUNT`.',
}
