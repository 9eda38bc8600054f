import type { OAuth2Finding } from '../oauth2-error.ts'
import { type OAuth2FindingCode, oauth2Finding } from './oauth2-findings.ts'

/**
 * The meaning of one kind of refusal. `detail` and `remedy` are set only if they are more precise than the catalogue's.
 */
export interface RefusalRule {
  /** The OAuth errors, or Microsoft's AADSTS numbers, that have this meaning. */
  readonly errors: ReadonlyArray<string | number>
  /** Must match the error's description. If it is missing, any description matches. */
  readonly says?: RegExp
  readonly code: OAuth2FindingCode
  readonly detail?: string
  readonly remedy?: string
}

/** @returns the finding of the first rule that matches */
export const findingByRule = (
  rules: readonly RefusalRule[],
  error: string | number,
  description: string,
): OAuth2Finding | undefined => {
  const rule = rules.find(
    ({ errors, says }) => errors.includes(error) && (says === undefined || says.test(description)),
  )
  return rule && oauth2Finding(rule.code, rule)
}

/**
 * RFC 6749 sections 4.1.2.1 and 5.2; OpenID Connect Core section 3.1.2.6; RFC 8707 (`invalid_target`); Microsoft's
 * `invalid_resource`.
 */
export const standardRefusals: readonly RefusalRule[] = [
  { errors: ['invalid_client'], code: 'client-secret-rejected' },
  { errors: ['invalid_grant'], code: 'grant-revoked' },
  {
    errors: ['unauthorized_client', 'unsupported_grant_type', 'unsupported_response_type'],
    code: 'client-not-allowed',
  },
  { errors: ['invalid_scope', 'invalid_target', 'invalid_resource'], code: 'scope-unknown' },
  { errors: ['invalid_request'], code: 'request-refused' },
  { errors: ['access_denied'], code: 'consent-declined' },
  {
    errors: ['login_required', 'consent_required', 'interaction_required', 'account_selection_required'],
    code: 'interaction-needed',
  },
  { errors: ['server_error', 'temporarily_unavailable', 'slow_down'], code: 'provider-unavailable' },
]
