import type { Account } from '../../accounts/account.ts'
import type { OAuth2Finding } from '../oauth2-error.ts'
import type { Profile } from '../profiles/profile.ts'
import type { Grant } from './grant.ts'
import type { GrantStore } from './grant-store.ts'

/** What became of the refresh token of a consent that ended. Whatever it is but `postponed`, the row is gone. */
export type Revocation =
  | { readonly outcome: 'revoked' | 'not-offered' | 'shared' }
  /** The provider could not be asked: the next time tries again. */
  | { readonly outcome: 'postponed'; readonly finding: OAuth2Finding }
  | { readonly outcome: 'failed'; readonly finding: OAuth2Finding }

export interface EndGrantsServices {
  readonly grants: Pick<GrantStore, 'read' | 'everything' | 'end' | 'removeEnded'>
  readonly accounts: {
    readMany(accountIds: readonly string[]): Promise<Account[]>
    existing(accountIds: readonly string[]): Promise<ReadonlySet<string>>
  }
  readonly profiles: { readMany(profileIds: readonly string[]): Promise<Profile[]> }
  /** Tries to revoke the grant's refresh token, within some 15 s. @throws whatever nobody expected */
  readonly revoke: (grant: Grant) => Promise<Exclude<Revocation, { readonly outcome: 'shared' | 'postponed' }>>
  /** Told of each consent that ended; never of a token. */
  readonly onEnded: (grantKey: string, revocation: Revocation) => void
  /** Told that this many consents have lost their accounts, which is more than interrupted requests leave. */
  readonly onTooMany: (orphans: number, consents: number) => void
  readonly now: () => Date
}

/**
 * Milliseconds. A provider that is down for a day keeps its tokens; they end there by themselves, when nobody refreshes
 * them.
 */
const longestPostponed = 24 * 60 * 60_000
/**
 * As in the sweep of secrets: more orphans than these look like a table that was restored, and not like interrupted
 * requests.
 */
const alwaysEnded = 3
const shareAlwaysEnded = 5

const accountPrefix = 'account#'

/**
 * Revokes the consents that ended, and removes their rows. A row that is marked was ended by an admin; one without its
 * account, or whose account has a password, was left behind by a request that was interrupted. The row goes last:
 * whatever is interrupted here is done again, and a provider takes a token that it has revoked already for a success
 * (RFC 7009 section 2.2).
 * @param mayGoOn false when the time is used up; the next time does the rest
 */
export const endGrants = async (services: EndGrantsServices, mayGoOn: () => boolean): Promise<void> => {
  const consents = await allConsents(services)
  const marked = consents.filter(({ endedAt }) => endedAt !== undefined)
  const orphans = await orphansAmong(
    consents.filter(({ endedAt }) => endedAt === undefined),
    services,
  )
  const tooMany = orphans.length > alwaysEnded && orphans.length * 100 > consents.length * shareAlwaysEnded
  if (tooMany) services.onTooMany(orphans.length, consents.length)
  const ending = [...marked, ...(tooMany ? [] : orphans)]
  const endingKeys = new Set(ending.map(({ grantKey }) => grantKey))
  const living = consents.filter(({ grantKey, state }) => state === 'connected' && !endingKeys.has(grantKey))
  for (const consent of ending) {
    if (!mayGoOn()) return
    await endOne(consent, living, services)
  }
}

/** Without the tokens: there may be thousands. */
type Consent = Omit<Grant, 'sealed'>

const allConsents = async ({ grants }: EndGrantsServices): Promise<Consent[]> => {
  const consents: Consent[] = []
  for await (const page of grants.everything())
    for (const { sealed: _, ...consent } of page) if (consent.grantKey.startsWith(accountPrefix)) consents.push(consent)
  return consents
}

const accountIdOf = ({ grantKey }: Pick<Grant, 'grantKey'>): string => grantKey.slice(accountPrefix.length)

const orphansAmong = async (consents: readonly Consent[], { accounts }: EndGrantsServices): Promise<Consent[]> => {
  const ids = consents.map(accountIdOf)
  const [existing, readable] = await Promise.all([accounts.existing(ids), accounts.readMany(ids)])
  const withPassword = new Set(
    readable.filter(({ credential }) => credential.method === 'password').map(({ accountId }) => accountId),
  )
  return consents.filter((consent) => !existing.has(accountIdOf(consent)) || withPassword.has(accountIdOf(consent)))
}

/** Other consents may have been revoked since the search, which takes up to 15 s each: only what still holds true is ended. */
const endOne = async (consent: Consent, living: readonly Consent[], services: EndGrantsServices): Promise<void> => {
  const { grants, now } = services
  const { grantKey, endedAt, version } = consent
  if (endedAt === undefined) {
    // The account may log in with OAuth2 again.
    if ((await orphansAmong([consent], services)).length === 0) return
    await grants.end(grantKey, now().toISOString(), version)
  }
  const grant = await grants.read(grantKey)
  // A new consent has no mark.
  if (grant?.endedAt === undefined) return
  const revocation = await revocationOf(grant, living, services)
  if (revocation.outcome === 'postponed' || (await grants.removeEnded(grant))) services.onEnded(grantKey, revocation)
}

const revocationOf = async (
  grant: Grant,
  living: readonly Consent[],
  services: EndGrantsServices,
): Promise<Revocation> => {
  if (await isShared(grant, living, services)) return { outcome: 'shared' }
  const revocation = await services.revoke(grant)
  const age = services.now().getTime() - Date.parse(grant.endedAt ?? '')
  return revocation.outcome === 'failed' && revocation.finding.cure === 'waiting' && age < longestPostponed
    ? { ...revocation, outcome: 'postponed' }
    : revocation
}

/**
 * Whether another account lives by a consent of the same person for the same client. Providers may end all tokens that
 * a person gave a client when one of them is revoked (RFC 7009 section 2.1; Google does), and that account would lose
 * its mail.
 */
const isShared = async (
  grant: Grant,
  living: readonly Consent[],
  { profiles }: EndGrantsServices,
): Promise<boolean> => {
  const ofPerson = living.filter((other) => personOf(other) === personOf(grant))
  const ids = [grant.profileId, ...ofPerson.map(({ profileId }) => profileId)]
  const found = new Map((await profiles.readMany([...new Set(ids)])).map((profile) => [profile.profileId, profile]))
  const own = found.get(grant.profileId)
  return ofPerson.some(({ profileId }) => {
    const other = found.get(profileId)
    return (
      profileId === grant.profileId ||
      (own !== undefined && other?.providerId === own.providerId && other.clientId === own.clientId)
    )
  })
}

const personOf = ({ consentedBy, username }: Consent): string | undefined => (consentedBy ?? username)?.toLowerCase()
