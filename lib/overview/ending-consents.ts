import type { Account } from '../accounts/account.ts'
import type { AccountConnections, AccountOAuth2 } from '../accounts/account-oauth2.ts'
import type { AccountReader } from '../accounts/store/account-store.ts'
import { accountIdOf, type Consent } from '../oauth2/tokens/end-grants.ts'
import { unusedEndOf } from '../oauth2/tokens/grant-state.ts'
import type { Clock } from '../text/clock.ts'
import { namedFields } from './failing-accounts.ts'
import { type EndingConsent, type Overview, shownItems } from './overview.ts'
import type { ConsentSummary, OverviewStore } from './overview-store.ts'

/** In milliseconds: long enough to find the person, and short enough that only what is urgent is shown. */
export const soon = 14 * 24 * 60 * 60_000

/** Enough for a notice about each of them. One row of DynamoDB has room for more than ten times as many. */
const mostNoted = 1_000

/** Twice as many as are shown, because people renew some of them before the grants are read again. */
const mostRead = 2 * shownItems

/** Notes which consents ended or end soon. The function that ends grants reads all of them anyway. */
export const noteEndingConsents = async (
  { overview, now }: { readonly overview: Pick<OverviewStore, 'writeConsents'>; readonly now: Clock },
  consents: readonly Consent[],
): Promise<void> => {
  const at = now()
  const until = new Date(at.getTime() + soon).toISOString()
  const ending = consents
    .map((consent) => ({ consent, endsAt: endOf(consent) }))
    .filter(({ endsAt }) => endsAt <= until)
    .toSorted((one, other) => (one.endsAt < other.endsAt ? -1 : 1))
  const accountIds = ending.slice(0, mostNoted).map(({ consent }) => accountIdOf(consent))
  await overview.writeConsents({ writtenAt: at.toISOString(), total: ending.length, accountIds })
}

/** A consent whose end is not known never ends. */
const endOf = ({ state, failure, refreshedAt, refreshExpiresAt }: Consent): string => {
  if (state === 're-authorization-needed') return failure?.at ?? ''
  const ends = [refreshExpiresAt, refreshedAt && unusedEndOf(refreshedAt)].filter((end) => end !== undefined)
  return ends.toSorted()[0] ?? 'never'
}

export interface EndingConsentsServices {
  readonly accounts: Pick<AccountReader, 'readMany'>
  readonly connections: Pick<AccountConnections, 'readMany'>
  readonly now: Clock
}

/** Reads the noted consents again, so that those that were renewed disappear at once. */
export const endingConsents = async (
  services: EndingConsentsServices,
  noted: ConsentSummary | undefined,
): Promise<Overview['consents']> => {
  if (!noted || noted.total === 0) return { total: 0, items: [] }
  const read = noted.accountIds.slice(0, mostRead)
  const items = await endingConsentsOf(services, read)
  return { total: items.length + noted.total - read.length, items: items.slice(0, shownItems) }
}

/** @returns the consents of these accounts that ended or end soon, in the given order */
export const endingConsentsOf = async (
  services: EndingConsentsServices,
  accountIds: readonly string[],
): Promise<EndingConsent[]> => {
  const now = services.now()
  const found = await services.accounts.readMany(accountIds)
  const connections = await services.connections.readMany(found, now)
  const accounts = new Map(found.map((account) => [account.accountId, account]))
  return accountIds.flatMap((accountId) => {
    const [account, oauth2] = [accounts.get(accountId), connections.get(accountId)]
    return account && oauth2 ? endingOf(account, oauth2, now) : []
  })
}

const endingOf = (account: Account, oauth2: AccountOAuth2, now: Date): EndingConsent[] => {
  const { state, code = state, detail, remedy = '', profileId, profileName, expiresAt, since } = oauth2
  const item = {
    ...namedFields(account),
    profileId,
    ...(profileName !== undefined && { profileName }),
    ...{ code, detail, remedy },
  }
  if (state === 're-authorization-needed')
    return [{ ...item, state: 'ended', ...((since ?? expiresAt) !== undefined && { at: since ?? expiresAt }) }]
  const ends = state === 'expires-soon' && consentCodes.has(code) && expiresAt !== undefined
  return ends && Date.parse(expiresAt) - now.getTime() <= soon ? [{ ...item, state: 'ends', at: expiresAt }] : []
}

/** A connection also ends with the client secret of its profile, which has a list of its own. */
const consentCodes = new Set(['consent-ends', 'consent-unused'])
