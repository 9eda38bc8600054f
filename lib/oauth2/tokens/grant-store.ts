import type { Account } from '../../accounts/account.ts'
import { changeOf } from '../../tables/items.ts'
import { type Expression, type Row, versionIs } from '../../tables/table.ts'
import { TableStore } from '../../tables/table-store.ts'
import type { Clock } from '../../text/clock.ts'
import type { TokenAnswer } from '../authorization/server-answer.ts'
import { consentedFor } from '../consented-for.ts'
import { oauth2Finding } from '../findings/oauth2-findings.ts'
import { OAuth2Error, type OAuth2Finding } from '../oauth2-error.ts'
import type { Profile } from '../profiles/profile.ts'
import { applicationKeyOf, consentKeyOf, endAfter, type Grant, grantSchema } from './grant.ts'
import type { SealedTokens, TokenCipher } from './token-cipher.ts'

type GrantVersion = Pick<Grant, 'grantKey' | 'version'>
type GrantIdentity = Pick<Grant, 'profileId' | 'grantEpoch'>

/** The exclusive right to refresh one grant until `refreshingUntil`. Only its holder's write is accepted. */
export interface RefreshClaim extends GrantVersion {
  /** ISO 8601, as in the row. */
  readonly refreshingUntil: string
}

/** The attributes that a refresh writes. A key that is present with `undefined` is removed. */
interface RefreshedTokens extends SealedTokens {
  readonly refreshedAt: string
  readonly accessExpiresAt: string | undefined
  readonly refreshExpiresAt: string | undefined
}

/** The grants. Each row is changed by one conditional write at a time, and every write raises `version`. */
export class GrantStore extends TableStore {
  async read(grantKey: string): Promise<Grant | undefined> {
    const row = await this.table.get(grantKey)
    return row && grantSchema.parse(row)
  }

  async readMany(grantKeys: readonly string[]): Promise<Grant[]> {
    return this.table.readable(await this.table.getMany(grantKeys), grantSchema)
  }

  /** Reads the grants of a profile in a range of keys from an index, without their tokens. */
  async ofProfile(profileId: string, fromKey: string, toKey: string): Promise<Grant[]> {
    const found: Grant[] = []
    const sort = { key: 'grantKey', from: fromKey, to: toKey }
    for await (const rows of this.table.pages({ index: 'by-profile', partition: ['profileId', profileId], sort }))
      found.push(...this.table.readable(rows, grantSchema))
    return found
  }

  /**
   * Replaces any existing grant with a new consent. The result of a refresh in progress is then no longer accepted.
   * @param unlessOneHolds if true, a connected grant for the same settings is not replaced, and the result is false
   */
  async replace(
    grant: Omit<Grant, 'version'>,
    { unlessOneHolds = false }: { readonly unlessOneHolds?: boolean } = {},
  ): Promise<boolean> {
    const { grantKey, ...wanted } = grant
    const gone = attributes.filter((name) => !(name in wanted))
    const change = grantChangeOf({ ...wanted, ...Object.fromEntries(gone.map((name) => [name, undefined])) })
    return await this.table.update(grantKey, change, unlessOneHolds ? noneHolds : undefined)
  }

  /**
   * @param now ISO 8601; a claim that ended before this time is taken over
   * @returns undefined if the row has another version, or another caller is refreshing
   */
  async claimRefresh(
    { grantKey, version }: GrantVersion,
    now: string,
    until: string,
  ): Promise<RefreshClaim | undefined> {
    const claimed = await this.table.update(grantKey, grantChangeOf({ refreshingUntil: until }), {
      text: '#version = :seen AND (attribute_not_exists(#refreshingUntil) OR #refreshingUntil < :now)',
      values: { seen: version, now },
    })
    // The condition fixes the version that the change increments, so the new version does not have to be read.
    return claimed ? { grantKey, version: version + 1, refreshingUntil: until } : undefined
  }

  /** Like `claimRefresh`, for a grant without a row. The claim creates the row. */
  async claimFirst(grantKey: string, identity: GrantIdentity, until: string): Promise<RefreshClaim | undefined> {
    const row = { ...identity, state: 'connected', refreshingUntil: until }
    const claimed = await this.table.update(grantKey, grantChangeOf(row), { text: 'attribute_not_exists(#grantKey)' })
    return claimed ? { grantKey, version: firstVersion, refreshingUntil: until } : undefined
  }

  /** Stores the tokens and sets the grant to connected. @returns false if the claim was lost */
  async complete(claim: RefreshClaim, identity: GrantIdentity, tokens: RefreshedTokens): Promise<boolean> {
    const change = grantChangeOf({
      ...identity,
      ...tokens,
      state: 'connected',
      failure: undefined,
      announcedAt: undefined,
      refreshingUntil: undefined,
    })
    return await this.table.update(claim.grantKey, change, stillHeld(claim))
  }

  /** Gives the claim back without a result. */
  async release(claim: RefreshClaim): Promise<void> {
    await this.table.update(claim.grantKey, grantChangeOf({ refreshingUntil: undefined }), stillHeld(claim))
  }

  /**
   * Records that the consent is no longer valid.
   * @param forget if true, also removes the tokens from the row
   * @returns false if the row has another version, because another caller was quicker
   */
  async markReauthorizationNeeded(
    grant: GrantVersion,
    { code, detail, remedy }: OAuth2Finding,
    at: string,
    { forget }: { readonly forget: boolean },
  ): Promise<boolean> {
    const change = grantChangeOf({
      state: 're-authorization-needed',
      failure: { code, detail, remedy, at },
      announcedAt: undefined,
      refreshingUntil: undefined,
      ...(forget && { sealed: undefined, dataKey: undefined, accessExpiresAt: undefined }),
    })
    return await this.table.update(grant.grantKey, change, versionIs(grant.version))
  }

  /** @returns false if the row has another version */
  async markAnnounced(grant: GrantVersion, at: string): Promise<boolean> {
    return await this.table.update(grant.grantKey, grantChangeOf({ announcedAt: at }), versionIs(grant.version))
  }

  /** Removes a profile's app-only tokens. A missing grant is not an error. */
  async removeApplication(profileId: string): Promise<void> {
    await this.table.delete(applicationKeyOf(profileId))
  }

  /**
   * Ends the consent, which is then no longer valid. A missing consent is not an error.
   * @param version if given, nothing changes if the row has another version
   */
  async end(grantKey: string, at: string, version?: number): Promise<void> {
    const holds = 'attribute_exists(#grantKey) AND attribute_not_exists(#endedAt)'
    const condition =
      version === undefined ? { text: holds } : { text: `${holds} AND #version = :seen`, values: { seen: version } }
    await this.table.update(grantKey, grantChangeOf({ endedAt: at, refreshingUntil: undefined }), condition)
  }

  /** All readable rows. */
  async *everything(): AsyncGenerator<Grant[]> {
    for await (const rows of this.table.everything()) yield this.table.readable(rows, grantSchema)
  }

  /** @returns false if the row has another version, for example that of a new consent */
  async removeEnded({ grantKey, version, endedAt }: Pick<Grant, 'grantKey' | 'version' | 'endedAt'>): Promise<boolean> {
    return await this.table.delete(grantKey, {
      text: '#version = :seen AND #endedAt = :ended',
      values: { seen: version, ended: endedAt },
    })
  }
}

/** The version that `grantChangeOf` writes into a new row. */
const firstVersion = 1

/** All attributes except the key and the version, which every write handles separately. */
const attributes = Object.keys(grantSchema.shape).filter((name) => name !== 'grantKey' && name !== 'version')

/** Also raises the version, which begins with `firstVersion`. */
const grantChangeOf = (change: Row): Expression => {
  const { text, values } = changeOf(change, '#version = if_not_exists(#version, :zero) + :one')
  return { text, values: { ...values, zero: 0, one: 1 } }
}

/** Refers to the values of the change in the same update. See `lossOf`. */
const noneHolds: Expression = {
  text: ['state', 'profileId', 'grantEpoch', 'protocol', 'username', 'host']
    .map((name) => `#${name} <> :${name}`)
    .concat('attribute_exists(#endedAt)')
    .join(' OR '),
}

/** Checks both values, because a new row after a removal starts again with the first version. */
const stillHeld = ({ version, refreshingUntil }: RefreshClaim): Expression => ({
  text: '#version = :seen AND #refreshingUntil = :held',
  values: { seen: version, held: refreshingUntil },
})

/** A consent and its tokens, as the callback stores them. */
export interface NewGrant {
  readonly account: Account
  /** The profile at the time of the code exchange. */
  readonly profile: Profile
  readonly answer: TokenAnswer
  readonly consentedBy?: string | undefined
  readonly requestedBy: string
  readonly requestedBySub?: string | undefined
}

export interface GrantKeeperServices {
  readonly grants: Pick<GrantStore, 'replace'>
  readonly cipher: Pick<TokenCipher, 'newSealer'>
  readonly now: Clock
}

/** Stores the tokens of a consent, encrypted, in the account's row. */
export class GrantKeeper {
  readonly #services: GrantKeeperServices

  constructor(services: GrantKeeperServices) {
    this.#services = services
  }

  /**
   * Replaces the account's grant and ends its need for re-authorization.
   * @param unlessOneHolds if true, a connected grant that matches the account is not replaced, and the result is false
   * @throws OAuth2Error `no-refresh-token`: nothing was changed
   */
  async keep(
    { account, profile, answer, consentedBy, requestedBy, requestedBySub }: NewGrant,
    options: { readonly unlessOneHolds?: boolean } = {},
  ): Promise<boolean> {
    const { grants, cipher, now } = this.#services
    const { accessToken, refreshToken, expiresIn, refreshExpiresIn } = answer
    if (refreshToken === undefined) throw new OAuth2Error(oauth2Finding('no-refresh-token'))
    const grantKey = consentKeyOf(account.accountId)
    using sealer = await cipher.newSealer(grantKey)
    const time = now()
    const at = time.toISOString()
    const grant = {
      grantKey,
      ...consentedFor(account, profile),
      state: 'connected' as const,
      consentedBy,
      consentedAt: at,
      requestedBy,
      requestedBySub,
      refreshedAt: at,
      accessExpiresAt: endAfter(expiresIn, time.getTime()),
      refreshExpiresAt: endAfter(refreshExpiresIn, time.getTime()),
      ...sealer.seal({ accessToken, refreshToken }),
    }
    return await grants.replace(grant, options)
  }
}
