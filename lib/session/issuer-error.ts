/**
 * Why the issuer did not give tokens:
 * - `refused`: it does not accept this code or refresh token, so the person has to sign in again.
 * - `denied`: it redirected the browser back with an error, for example because the person cancelled.
 * - `unavailable`: it did not answer, or it answered that it cannot work at the moment. A later request may succeed.
 * - `misconfigured`: it does not accept this client, or its answer cannot be used. Only an operator can help.
 */
export type IssuerFailure = 'refused' | 'denied' | 'unavailable' | 'misconfigured'

/** Contains nothing of the library's own error, which can quote tokens. */
export class IssuerError extends Error {
  override readonly name = 'IssuerError'
  readonly failure: IssuerFailure
  /** The error code of the protocol or of the library, for example `invalid_client`. It may be shown and logged. */
  readonly code: string

  constructor(failure: IssuerFailure, code: string) {
    super(`The issuer did not give tokens: ${failure}, ${code}`)
    this.failure = failure
    this.code = code
  }
}
