import { isDeepStrictEqual } from 'node:util'
import type { Account } from '../accounts/account.ts'
import type { OAuth2AccountInput } from '../accounts/account-input.ts'
import type { ChosenProfiles } from '../accounts/account-oauth2.ts'
import { settingsOf } from '../accounts/account-settings.ts'
import { accountTypeFacts } from '../accounts/account-type.ts'
import type { Credential } from '../accounts/credential.ts'
import { mailboxUserOf } from '../accounts/mailbox-key.ts'
import type { LoginNotTried } from '../mailbox/probe/without-login.ts'
import { OAuth2Error, remedyFor } from '../oauth2/oauth2-error.ts'
import type { AccessTokens, TokenAccount } from '../oauth2/tokens/access-tokens.ts'
import type { TestedLogin } from './tested-login.ts'

export interface TokenServices {
  readonly profiles: ChosenProfiles
  readonly tokens: AccessTokens
}

type TestedMailbox = Pick<Account, 'username' | 'mailbox'>

/**
 * Milliseconds to wait for somebody who is getting a token already, and until which a second one is asked for: with a
 * request of 10 s and a login of 12 s behind it the function's 29 s are not over.
 */
const longestWait = 5_000

/**
 * Logs in with a token that is got for `account`. Where there is none, that is the outcome of the login: what comes
 * before it is tried anyhow.
 * @param mailbox that is opened with it
 */
export const tokenLogin = async (
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

/** So that what the remedy says can be copied. */
const addressedTo = (accountId: string, outcome: LoginNotTried): LoginNotTried => ({
  ...outcome,
  remedy: remedyFor(outcome.remedy, accountId),
})

/**
 * The token comes from the profile itself, or from the consent that was given for this very account and fits it as it
 * is tested.
 */
export const consentedLogin = async (
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
  if (!sameConsent(account, tested)) return notLoggedIn(settings, addressedTo(accountId, anotherConsent))
  return await tokenLogin(account, settings, services)
}

/** @throws whatever is no finding */
const notTriedFor = (error: unknown): LoginNotTried => {
  if (!(error instanceof OAuth2Error)) throw error
  const { code, words, remedy } = error.finding
  return { state: 'failed', code, words, remedy }
}

/** What a consent is given for; see lib/oauth2/tokens/lost-consent.ts, which judges stored accounts. */
const sameConsent = (stored: TokenAccount, tested: TokenAccount): boolean =>
  isDeepStrictEqual(consentOf(stored), consentOf(tested))

const consentOf = ({ credential, type, username, host }: TokenAccount) => ({
  credential,
  protocol: accountTypeFacts(type).protocol,
  username: username.toLowerCase(),
  host: host.toLowerCase(),
})

export const notLoggedIn = (mailbox: TestedMailbox, withoutLogin: LoginNotTried): TestedLogin => ({
  credential: { method: 'oauth2', username: mailboxUserOf(mailbox), accessToken: '' },
  withoutLogin,
})

export const consentComesLater: LoginNotTried = {
  state: 'skipped',
  code: 'consent-missing',
  words: 'Not tried: people consent to an account that is saved. That consent is proved by a login.',
  remedy: 'Save the account, then connect it: `postmaster oauth2 connect ACCOUNT`.',
}

const anotherConsent: LoginNotTried = {
  state: 'skipped',
  code: 'consent-outdated',
  words:
    'Not tried: with another profile, protocol, user or host the account needs another consent than the stored one.',
  remedy: 'Save the change, then connect the account again: `postmaster oauth2 connect ACCOUNT`.',
}
