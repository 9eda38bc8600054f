import type { OAuth2Finding } from '../oauth2-error.ts'
import type { Grant, GrantReader } from './grant.ts'

/** The exclusive right to refresh one grant until `refreshingUntil`. Only its holder's write is accepted. */
export interface RefreshClaim {
  readonly grantKey: string
  readonly version: number
  /** ISO 8601, as in the row. */
  readonly refreshingUntil: string
}

/** The attributes that a refresh writes. A key that is present with `undefined` is removed. */
export interface RefreshedTokens {
  readonly sealed: string
  readonly dataKey: string
  readonly refreshedAt: string
  readonly accessExpiresAt: string | undefined
  readonly refreshExpiresAt: string | undefined
}

export type GrantIdentity = Pick<Grant, 'profileId' | 'grantEpoch'>

/** The grants. Each row is changed by one conditional write at a time, and every write raises `version`. */
export interface GrantStore extends GrantReader {
  /**
   * Replaces any existing grant with a new consent. The result of a refresh in progress is then no longer accepted.
   * @param unlessOneHolds if true, a connected grant for the same settings is not replaced, and the result is false
   */
  replace(grant: Omit<Grant, 'version'>, options?: { readonly unlessOneHolds?: boolean }): Promise<boolean>
  /**
   * @param now ISO 8601; a claim that ended before this time is taken over
   * @returns undefined if the row has another version, or another caller is refreshing
   */
  claimRefresh(
    grant: Pick<Grant, 'grantKey' | 'version'>,
    now: string,
    until: string,
  ): Promise<RefreshClaim | undefined>
  /** Like `claimRefresh`, for a grant without a row. The claim creates the row. */
  claimFirst(grantKey: string, identity: GrantIdentity, until: string): Promise<RefreshClaim | undefined>
  /** Stores the tokens and sets the grant to connected. @returns false if the claim was lost */
  complete(claim: RefreshClaim, identity: GrantIdentity, tokens: RefreshedTokens): Promise<boolean>
  /** Gives the claim back without a result. */
  release(claim: RefreshClaim): Promise<void>
  /**
   * Records that the consent is no longer valid.
   * @param forget if true, also removes the tokens from the row
   * @returns false if the row has another version, because another caller was quicker
   */
  markReauthorizationNeeded(
    grant: Pick<Grant, 'grantKey' | 'version'>,
    finding: OAuth2Finding,
    at: string,
    options: { readonly forget: boolean },
  ): Promise<boolean>
  /** @returns false if the row has another version */
  markAnnounced(grant: Pick<Grant, 'grantKey' | 'version'>, at: string): Promise<boolean>
  remove(grantKey: string): Promise<void>
  /**
   * Ends the consent, which is then no longer valid. A missing consent is not an error.
   * @param version if given, nothing changes if the row has another version
   */
  end(grantKey: string, at: string, version?: number): Promise<void>
  /** All readable rows. */
  everything(): AsyncIterable<Grant[]>
  /** @returns false if the row has another version, for example that of a new consent */
  removeEnded(grant: Pick<Grant, 'grantKey' | 'version' | 'endedAt'>): Promise<boolean>
}
