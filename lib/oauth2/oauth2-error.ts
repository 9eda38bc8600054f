/** What is wrong with an account's OAuth2, as an admin reads it. */
export interface OAuth2Finding {
  /** Stable: programs decide by it. */
  readonly code: string
  readonly words: string
  readonly remedy: string
  /**
   * `waiting`: the same may work later. `change`: somebody has to change something here or at the provider. `consent`: somebody has to consent
   * again; until then asking the provider is of no use.
   */
  readonly cure: 'waiting' | 'change' | 'consent'
}

/** The one error of this folder that callers expect. It holds no secret, no token and no foreign error. */
export class OAuth2Error extends Error {
  override readonly name = 'OAuth2Error'
  readonly finding: OAuth2Finding

  constructor(finding: OAuth2Finding) {
    super(finding.words)
    this.finding = finding
  }
}

/** Remedies name commands such as `postmaster oauth2 connect ACCOUNT`: with the account's id they can be copied. */
export const remedyFor = (remedy: string, accountId: string): string => remedy.replaceAll(' ACCOUNT', ` ${accountId}`)
