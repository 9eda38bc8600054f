import type { Account } from '../../accounts/account.ts'
import { areTooMany } from '../../secrets/sweep-secrets.ts'
import type { Clock } from '../../text/clock.ts'
import type { OAuth2Finding } from '../oauth2-error.ts'
import type { Profile } from '../profiles/profile.ts'
import { consentKeyOf, type Grant } from './grant.ts'
import type { GrantStore } from './grant-store.ts'

/** What became of the refresh token of an ended consent. The row is removed unless the outcome is `postponed`. */
export type Revocation =
  | { readonly outcome: 'revoked' | 'not-offered' | 'shared' }
  /** The provider could not be asked. The next run tries again. */
  | { readonly outcome: 'postponed'; readonly finding: OAuth2Finding }
  | { readonly outcome: 'failed'; readonly finding: OAuth2Finding }

export interface EndGrantsServices {
  readonly grants: Pick<GrantStore, 'read' | 'everything' | 'end' | 'removeEnded'>
  readonly accounts: {
    readMany(accountIds: readonly string[]): Promise<Account[]>
    existing(accountIds: readonly string[]): Promise<ReadonlySet<string>>
  }
  readonly profiles: { readMany(profileIds: readonly string[]): Promise<Profile[]> }
  /** Tries to revoke the grant's refresh token, within about 15 s. @throws Error for a defect, but not for a refusal */
  readonly revoke: (grant: Grant) => Promise<Exclude<Revocation, { readonly outcome: 'shared' | 'postponed' }>>
  /** Called for each consent that ended. Its arguments never contain a token. */
  readonly onEnded: (grantKey: string, revocation: Revocation) => void
  /** Called instead of ending any orphan if more consents have lost their accounts than interrupted requests leave. */
  readonly onTooMany: (orphans: number, consents: number) => void
  readonly now: Clock
}

/**
 * Milliseconds. If a provider has been unreachable for a day, Postmaster removes the row without revoking the tokens.
 * They expire at the provider because Postmaster no longer refreshes them.
 */
const longestPostponed = 24 * 60 * 60_000

const accountPrefix = consentKeyOf('')

/**
 * Revokes ended consents and removes their rows. Admins end a consent by marking its row. A row without an account, or
 * whose account has a password, is an orphan that an interrupted request left behind. The row is removed last, so that
 * the next run repeats an interrupted revocation. A provider responds with success for a token that it has already
 * revoked (RFC 7009 section 2.2).
 * @param mayGoOn returns false if the time is used up; the next run does the rest
 * @returns the consents that accounts still use, valid or not
 */
export const endGrants = async (services: EndGrantsServices, mayGoOn: () => boolean): Promise<Consent[]> => {
  const consents = await allConsents(services)
  const marked = consents.filter(({ endedAt }) => endedAt !== undefined)
  const orphans = await orphansAmong(
    consents.filter(({ endedAt }) => endedAt === undefined),
    services,
  )
  const tooMany = areTooMany(orphans.length, consents.length)
  if (tooMany) services.onTooMany(orphans.length, consents.length)
  const ending = [...marked, ...(tooMany ? [] : orphans)]
  const endingKeys = new Set(ending.map(({ grantKey }) => grantKey))
  const used = consents.filter(({ grantKey }) => !endingKeys.has(grantKey))
  const living = used.filter(({ state }) => state === 'connected')
  for (const consent of ending) {
    if (!mayGoOn()) break
    await endOne(consent, living, services)
  }
  return used
}

/** A grant without its tokens, because thousands of grants are kept in memory. */
export type Consent = Omit<Grant, 'sealed'>

const allConsents = async ({ grants }: EndGrantsServices): Promise<Consent[]> => {
  const consents: Consent[] = []
  for await (const page of grants.everything())
    for (const { sealed: _, ...consent } of page) if (consent.grantKey.startsWith(accountPrefix)) consents.push(consent)
  return consents
}

/** @returns the id of the account that a consent belongs to */
export const accountIdOf = ({ grantKey }: Pick<Grant, 'grantKey'>): string => grantKey.slice(accountPrefix.length)

const orphansAmong = async (consents: readonly Consent[], { accounts }: EndGrantsServices): Promise<Consent[]> => {
  const ids = consents.map(accountIdOf)
  const [existing, readable] = await Promise.all([accounts.existing(ids), accounts.readMany(ids)])
  const withPassword = new Set(
    readable.filter(({ credential }) => credential.method === 'password').map(({ accountId }) => accountId),
  )
  return consents.filter((consent) => !existing.has(accountIdOf(consent)) || withPassword.has(accountIdOf(consent)))
}

/** Checks the orphan again first. The revocations before it take up to 15 s each, and the account may have changed. */
const endOne = async (consent: Consent, living: readonly Consent[], services: EndGrantsServices): Promise<void> => {
  const { grants, now } = services
  const { grantKey, endedAt, version } = consent
  if (endedAt === undefined) {
    // The account uses OAuth2 again.
    if ((await orphansAmong([consent], services)).length === 0) return
    await grants.end(grantKey, now().toISOString(), version)
  }
  const grant = await grants.read(grantKey)
  // A new consent, which is not marked, has replaced the old one.
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
 * @returns true if another account uses a consent of the same person for the same client. A provider may revoke all
 *   tokens of a person and a client together (RFC 7009 section 2.1; Google does), and Postmaster could then no longer
 *   fetch the mail of that account.
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
