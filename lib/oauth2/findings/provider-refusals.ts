import { type NetworkErrorCode, networkErrors } from '../../network/network-error.ts'
import type { ServerRefusal } from '../authorization/server-answer.ts'
import type { OAuth2Finding } from '../oauth2-error.ts'
import type { Provider } from '../providers/provider.ts'
import { googleRefusals } from './google-refusals.ts'
import { microsoftRefusals } from './microsoft-refusals.ts'
import { oauth2Finding } from './oauth2-findings.ts'
import { findingByRule, standardRefusals } from './refusal-rules.ts'

/**
 * Explains why a provider refused or did not answer. The finding quotes the provider's own words only if nothing more
 * precise is known.
 */
export const findingOfRefusal = (refusal: ServerRefusal, { kind }: Pick<Provider, 'kind'>): OAuth2Finding => {
  if (refusal.kind !== 'refused') return noAnswerFinding(refusal)
  const { error = '', description = '' } = refusal
  return (
    microsoftFinding(description) ??
    (kind === 'google' ? findingByRule(googleRefusals, error, description) : undefined) ??
    findingByRule(standardRefusals, error, description) ??
    unknownRefusal(refusal)
  )
}

/**
 * Explains why a refresh failed. No person takes part in a refresh, so an error that is meant for people at a browser,
 * for example a gateway's `access_denied`, does not invalidate the consent. RFC 6749 section 5.2 does not define such
 * errors for a refresh.
 */
export const findingOfRenewal = (refusal: ServerRefusal, provider: Pick<Provider, 'kind'>): OAuth2Finding => {
  const finding = findingOfRefusal(refusal, provider)
  return forPeople.has(finding.code) ? unknownRefusal(refusal) : finding
}

const forPeople: ReadonlySet<string> = new Set(['consent-declined', 'code-expired'])

/**
 * Finds the AADSTS numbers of a description, which custom providers with Microsoft's endpoints also return. If there are
 * several, the last known one is the most specific. The finding names it, so that readers can search for it.
 */
const microsoftFinding = (description: string): OAuth2Finding | undefined => {
  const numbers = [...description.matchAll(/AADSTS(\d{5,8})\b/g)].map(([, digits]) => Number(digits))
  for (const number of numbers.toReversed()) {
    const finding = findingByRule(microsoftRefusals, number, description)
    if (finding) return { ...finding, detail: `${finding.detail.replace(/\.$/, '')} (AADSTS${number}).` }
  }
  return undefined
}

const unknownRefusal = ({ error = '', description = '' }: ServerRefusal): OAuth2Finding => {
  const said = [error, description].filter((part) => part !== '').join(': ')
  return oauth2Finding(
    'provider-refused',
    said === '' ? {} : { detail: `The provider refused the request: “${said}”.` },
  )
}

/** Endpoint errors that need a change to the provider's settings. */
const endpointErrors: ReadonlySet<string> = new Set([
  'endpoint-not-usable',
  'endpoint-not-encrypted',
  'address-not-allowed',
])

const noAnswerFinding = ({ kind, error = '', description = '' }: ServerRefusal): OAuth2Finding => {
  if (kind === 'misbehaved') return withWords(oauth2Finding('provider-misbehaved'), description)
  if (endpointErrors.has(error)) return withWords(oauth2Finding('endpoint-not-allowed'), description)
  const finding = withWords(oauth2Finding('provider-unreachable'), description)
  // A name without an address or an untrusted certificate does not go away with time.
  const stays = isConnectionError(error) && networkErrors[error].cure === 'change'
  return stays ? { ...finding, cure: 'change', remedy: endpointRemedy } : finding
}

const endpointRemedy =
  'Check the spelling of the provider’s endpoints. The server needs a public host name and a valid certificate for that name.'

const isConnectionError = (error: string): error is NetworkErrorCode => Object.hasOwn(networkErrors, error)

const withWords = (finding: OAuth2Finding, more: string): OAuth2Finding =>
  more === '' ? finding : { ...finding, detail: `${finding.detail} ${more}` }
