import type { OAuth2Finding } from '../oauth2-error.ts'
import type { Grant, GrantReader } from './grant.ts'

/** The right to refresh one grant until `refreshingUntil`: nobody else may, and only its holder's write is taken. */
export interface RefreshClaim {
  readonly grantKey: string
  readonly version: number
  /** ISO 8601, as in the row. */
  readonly refreshingUntil: string
}

/** What a refresh writes; a key that is present with `undefined` is removed. */
export interface RefreshedTokens {
  readonly sealed: string
  readonly dataKey: string
  readonly refreshedAt: string
  readonly accessExpiresAt: string | undefined
  readonly refreshExpiresAt: string | undefined
}

export type GrantIdentity = Pick<Grant, 'profileId' | 'grantEpoch'>

/** The grants, each row changed by one conditional write at a time. Every write raises `version`. */
export interface GrantStore extends GrantReader {
  /**
   * Puts a new consent in the place of whatever was there; a refresh under way is then not taken any more.
   * @param unlessOneHolds false, and nothing changed, where the one there is connected and was given for the same
   */
  replace(grant: Omit<Grant, 'version'>, options?: { readonly unlessOneHolds?: boolean }): Promise<boolean>
  /**
   * Undefined when the row has another version by now, or somebody else refreshes.
   * @param now ISO 8601: a claim that ended before it is taken over
   */
  claimRefresh(
    grant: Pick<Grant, 'grantKey' | 'version'>,
    now: string,
    until: string,
  ): Promise<RefreshClaim | undefined>
  /** The same for a grant that has no row yet, which the claim makes. */
  claimFirst(grantKey: string, identity: GrantIdentity, until: string): Promise<RefreshClaim | undefined>
  /** Writes the outcome, and the grant is connected; false when the claim was lost. */
  complete(claim: RefreshClaim, identity: GrantIdentity, tokens: RefreshedTokens): Promise<boolean>
  /** Gives the claim back: nothing came of it. */
  release(claim: RefreshClaim): Promise<void>
  /**
   * The consent is over. @param forget takes the tokens out of the row as well
   * @returns false when the row has another version by now: somebody else was quicker
   */
  markReauthorizationNeeded(
    grant: Pick<Grant, 'grantKey' | 'version'>,
    finding: OAuth2Finding,
    at: string,
    options: { readonly forget: boolean },
  ): Promise<boolean>
  /** False when the row has another version by now. */
  markAnnounced(grant: Pick<Grant, 'grantKey' | 'version'>, at: string): Promise<boolean>
  remove(grantKey: string): Promise<void>
  /**
   * From now on the consent does not hold; that there is none is not an error.
   * @param version if given, nothing changes when the row has another version by now
   */
  end(grantKey: string, at: string, version?: number): Promise<void>
  /** All rows that can be read. */
  everything(): AsyncIterable<Grant[]>
  /** @returns false when the row has another version by now, such as that of a new consent */
  removeEnded(grant: Pick<Grant, 'grantKey' | 'version' | 'endedAt'>): Promise<boolean>
}
