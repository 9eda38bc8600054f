import { type Facts, factsOf } from '../../reasons/step-log.ts'
import type { TokenUse } from '../findings/login-rules.ts'
import { findingOfClaims } from '../findings/mail-server-refusals.ts'
import type { ExaminationLog } from './examination.ts'

/**
 * Logs the service and person that the token is for.
 * @param letIn true if the mail server accepted the token. Claims that look wrong are then correct after all.
 */
export const tellClaims = (use: TokenUse, letIn: boolean, log: ExaminationLog): void => {
  const facts = claimsFacts(use)
  const finding = letIn ? undefined : findingOfClaims(use)
  if (finding) log.failed('claims', { ...finding, facts })
  else if (use.claims) log.passed('claims', claimsWords(use), facts)
  else log.skipped('claims', 'Only the provider’s own services can read its tokens.', { facts })
}

const claimsFacts = ({ claims, consentedBy }: TokenUse): Facts =>
  factsOf({
    audience: claims && [...claims.audience],
    scopes: claims && [...claims.scopes],
    roles: claims && [...claims.roles],
    person: claims?.person,
    tenant: claims?.tenant,
    application: claims?.application,
    objectId: claims?.objectId,
    issuer: claims?.issuer,
    expiresAt: claims?.expiresAt,
    consentedBy,
  })

const claimsWords = ({ claims, profile }: TokenUse): string => {
  const who =
    claims?.person ??
    (profile.grant === 'client_credentials' ? 'the application itself' : 'a person whom it does not name')
  const audience = claims?.audience.join(', ') ?? ''
  const until = claims?.expiresAt === undefined ? '' : ` and is valid until ${claims.expiresAt}`
  return `The token was issued to ${who}${audience === '' ? '' : ` for ${audience}`}${until}.`
}
