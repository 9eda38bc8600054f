import { type NetworkErrorCode, networkErrors } from '../../network/network-error.ts'
import type { ServerRefusal } from '../authorization/authorization-server.ts'
import type { OAuth2Finding } from '../oauth2-error.ts'
import type { Provider } from '../providers/provider.ts'
import { googleRule } from './google-refusals.ts'
import { microsoftRule } from './microsoft-refusals.ts'
import { type OAuth2FindingCode, oauth2Findings } from './oauth2-findings.ts'
import type { RefusalRule } from './refusal-rule.ts'

/**
 * RFC 6749 sections 4.1.2.1 and 5.2; OpenID Connect Core section 3.1.2.6; RFC 8707 (`invalid_target`); Microsoft's
 * `invalid_resource`.
 */
const codes: ReadonlyMap<string, OAuth2FindingCode> = new Map<string, OAuth2FindingCode>([
  ['invalid_client', 'client-secret-rejected'],
  ['invalid_grant', 'grant-revoked'],
  ['unauthorized_client', 'client-not-allowed'],
  ['unsupported_grant_type', 'client-not-allowed'],
  ['unsupported_response_type', 'client-not-allowed'],
  ['invalid_scope', 'scope-unknown'],
  ['invalid_target', 'scope-unknown'],
  ['invalid_resource', 'scope-unknown'],
  ['invalid_request', 'request-refused'],
  ['access_denied', 'consent-declined'],
  ['login_required', 'interaction-needed'],
  ['consent_required', 'interaction-needed'],
  ['interaction_required', 'interaction-needed'],
  ['account_selection_required', 'interaction-needed'],
  ['server_error', 'provider-unavailable'],
  ['temporarily_unavailable', 'provider-unavailable'],
  ['slow_down', 'provider-unavailable'],
])

/**
 * Explains why a provider refused or did not answer. The finding quotes the provider's own words only if nothing more
 * precise is known.
 */
export const findingOfRefusal = (refusal: ServerRefusal, { kind }: Pick<Provider, 'kind'>): OAuth2Finding => {
  if (refusal.kind !== 'refused') return noAnswerFinding(refusal)
  const { error = '', description = '' } = refusal
  // Custom providers that use Microsoft's endpoints also return Microsoft's numbers.
  const microsoft = microsoftRule(description)
  if (microsoft) return withNumber(findingOf(microsoft), microsoft.number)
  const google = kind === 'google' ? googleRule(error, description) : undefined
  if (google) return findingOf(google)
  const code = codes.get(error)
  return code === undefined ? unknownRefusal(refusal) : oauth2Findings[code]
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

const forPeople: ReadonlySet<string> = new Set<OAuth2FindingCode>(['consent-declined', 'code-expired'])

const findingOf = ({ code, detail, remedy }: RefusalRule): OAuth2Finding => ({
  ...oauth2Findings[code],
  ...(detail !== undefined && { detail }),
  ...(remedy !== undefined && { remedy }),
})

/** Adds the AADSTS number, so that readers can search for it. The words are complete without it. */
const withNumber = ({ detail, ...finding }: OAuth2Finding, number: number): OAuth2Finding => ({
  ...finding,
  detail: `${detail.replace(/\.$/, '')} (AADSTS${number}).`,
})

const unknownRefusal = ({ error = '', description = '' }: ServerRefusal): OAuth2Finding => {
  const said = [error, description].filter((part) => part !== '').join(': ')
  const finding = oauth2Findings['provider-refused']
  return said === '' ? finding : { ...finding, detail: `The provider refused the request: “${said}”.` }
}

/** Endpoint errors that need a change to the provider's settings. */
const endpointErrors: ReadonlySet<string> = new Set([
  'endpoint-not-usable',
  'endpoint-not-encrypted',
  'address-not-allowed',
])

const noAnswerFinding = ({ kind, error = '', description = '' }: ServerRefusal): OAuth2Finding => {
  if (kind === 'misbehaved') return withWords(oauth2Findings['provider-misbehaved'], description)
  if (endpointErrors.has(error)) return withWords(oauth2Findings['endpoint-not-allowed'], description)
  const finding = withWords(oauth2Findings['provider-unreachable'], description)
  // A name without an address or an untrusted certificate does not go away with time.
  const stays = isConnectionError(error) && networkErrors[error].cure === 'change'
  return stays ? { ...finding, cure: 'change', remedy: endpointRemedy } : finding
}

const endpointRemedy =
  'Check the spelling of the provider’s endpoints. The server needs a public host name and a valid certificate for that name.'

const isConnectionError = (error: string): error is NetworkErrorCode => Object.hasOwn(networkErrors, error)

const withWords = (finding: OAuth2Finding, more: string): OAuth2Finding =>
  more === '' ? finding : { ...finding, detail: `${finding.detail} ${more}` }
