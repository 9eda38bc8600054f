import type { OAuth2FindingCode } from './oauth2-findings.ts'

/**
 * The meaning of one kind of refusal. `detail` and `remedy` are set only if they are more precise than the catalogue's.
 */
export interface RefusalRule {
  readonly code: OAuth2FindingCode
  readonly detail?: string
  readonly remedy?: string
}
