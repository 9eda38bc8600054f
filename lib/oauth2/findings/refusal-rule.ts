import type { OAuth2FindingCode } from './oauth2-findings.ts'

/** What one way of refusing means; words and remedy where the catalogue's own would say less. */
export interface RefusalRule {
  readonly code: OAuth2FindingCode
  readonly words?: string
  readonly remedy?: string
}
