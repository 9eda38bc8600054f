import type { Reason } from '../reasons/reason.ts'

/** A problem with an account's OAuth2 setup, in words for an admin. */
export interface OAuth2Finding extends Reason {
  /**
   * `waiting`: another attempt may work later. `change`: a setting has to change, here or at the provider. `consent`: a
   * person has to consent again. Requests to the provider are useless until then.
   */
  readonly cure: 'waiting' | 'change' | 'consent'
}

/** The one error of this folder that callers expect. It contains no secret, no token and no third-party error. */
export class OAuth2Error extends Error {
  override readonly name = 'OAuth2Error'
  readonly finding: OAuth2Finding

  constructor(finding: OAuth2Finding) {
    super(finding.detail)
    this.finding = finding
  }
}

/**
 * Replaces ACCOUNT in the remedy with the account's id, so that readers can copy commands like
 * `postmaster oauth2 connect ACCOUNT`.
 */
export const addressedTo = <Told extends { readonly remedy: string }>(accountId: string, told: Told): Told => ({
  ...told,
  remedy: told.remedy.replaceAll(' ACCOUNT', ` ${accountId}`),
})
