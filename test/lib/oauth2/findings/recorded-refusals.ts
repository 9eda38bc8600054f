import type { ServerRefusal } from '../../../../lib/oauth2/authorization/server-answer.ts'
import type { OAuth2FindingCode } from '../../../../lib/oauth2/findings/oauth2-findings.ts'

export interface RecordedRefusal {
  readonly title: string
  readonly kind: 'microsoft' | 'google' | 'custom'
  readonly refusal: ServerRefusal
  readonly code: OAuth2FindingCode
  readonly cure: 'waiting' | 'change' | 'consent'
  /** What words or remedy must contain in addition to the catalogue's own texts. */
  readonly names?: RegExp
}

const refused = (error: string, description?: string, status = 400): ServerRefusal => ({
  kind: 'refused',
  error,
  status,
  ...(description !== undefined && { description }),
})

/** The format of Entra ID's errors: number, sentence, and ids on further lines, which arrive as one line. */
const aadsts = (error: string, number: number, sentence: string, status?: number): ServerRefusal =>
  refused(
    error,
    `AADSTS${number}: ${sentence} Trace ID: 0b1c2d3e-1111-2222-3333-444455556666 Correlation ID: 9f8e7d6c-aaaa-bbbb-cccc-ddddeeee0000 Timestamp: 2026-03-02 08:10:04Z`,
    status,
  )

const microsoft: ReadonlyArray<Omit<RecordedRefusal, 'kind'>> = [
  {
    title: 'the id of a secret instead of its value',
    refusal: aadsts(
      'invalid_client',
      7000215,
      'Wrong client secret; send the value of the secret, not its id, for app 2d4d.',
      401,
    ),
    code: 'client-secret-rejected',
    cure: 'change',
    names: /“Value” \(not “Secret ID”\)/,
  },
  {
    title: 'an older wording of a wrong secret',
    refusal: refused(
      'invalid_client',
      'AADSTS70002: Error validating credentials. AADSTS50012: The client secret is wrong.',
      401,
    ),
    code: 'client-secret-rejected',
    cure: 'change',
    names: /AADSTS50012/,
  },
  {
    title: 'a secret that has expired',
    refusal: aadsts('invalid_client', 7000222, 'The client secret keys of app 2d4d are expired.', 401),
    code: 'client-secret-expired',
    cure: 'change',
    names: /without a new consent/,
  },
  {
    title: 'no secret where one is needed',
    refusal: aadsts('invalid_client', 7000218, "The body must contain 'client_assertion' or 'client_secret'.", 401),
    code: 'client-secret-missing',
    cure: 'change',
  },
  {
    title: 'a secret of a public client',
    refusal: aadsts('invalid_client', 700025, 'Client is public, so neither assertion nor secret should be sent.', 401),
    code: 'client-secret-not-wanted',
    cure: 'change',
    names: /platform “Web”/,
  },
  {
    title: 'a tenant that does not exist',
    refusal: aadsts('invalid_request', 90002, "Tenant '6babcaad' not found."),
    code: 'wrong-tenant',
    cure: 'change',
    names: /Directory \(tenant\) ID/,
  },
  {
    title: 'an invalid tenant',
    refusal: aadsts('invalid_request', 900023, "Tenant identifier 'our company' is neither a DNS name nor an id."),
    code: 'wrong-tenant',
    cure: 'change',
  },
  {
    title: 'a tenant that could not be determined',
    refusal: aadsts('invalid_request', 90019, 'No tenant-identifying information found in the request.'),
    code: 'wrong-tenant',
    cure: 'change',
  },
  {
    title: 'a single-tenant app, requested as `common`',
    refusal: aadsts('unauthorized_client', 50194, "Application '2d4d' is not configured as multi-tenant."),
    code: 'wrong-tenant',
    cure: 'change',
    names: /`common`/,
  },
  {
    title: 'a tenant of another cloud',
    refusal: aadsts('invalid_request', 90038, "Tenant 'x' belongs to the national cloud 'y'."),
    code: 'wrong-tenant',
    cure: 'change',
    names: /login\.microsoftonline\.us/,
  },
  {
    title: 'an app that is not in the tenant',
    refusal: aadsts('unauthorized_client', 700016, "Application '2d4d' was not found in the directory 'Contoso'."),
    code: 'client-unknown',
    cure: 'change',
    names: /Application \(client\) ID/,
  },
  {
    title: 'a disabled app',
    refusal: aadsts('unauthorized_client', 7000112, "Application '2d4d' is disabled."),
    code: 'client-disabled',
    cure: 'change',
  },
  {
    title: 'a consent that was never given',
    refusal: aadsts('invalid_grant', 65001, "The user or administrator has not consented to use '2d4d'."),
    code: 'consent-missing',
    cure: 'consent',
    names: /Grant admin consent/,
  },
  {
    title: 'an administrator who must approve',
    refusal: aadsts('access_denied', 90094, 'Administrator consent is required.'),
    code: 'admin-approval-needed',
    cure: 'change',
    names: /“Grant admin consent”/,
  },
  {
    title: 'an administrator who was asked to approve',
    refusal: aadsts('access_denied', 90095, 'Admin consent is required; a request was sent.'),
    code: 'admin-approval-needed',
    cure: 'change',
  },
  {
    title: 'a person who declined',
    refusal: aadsts('access_denied', 65004, 'User declined to consent to access the app.'),
    code: 'consent-declined',
    cure: 'consent',
    names: /“Accept”/,
  },
  {
    title: 'a cancelled sign-in, without a number',
    refusal: refused('access_denied', 'the user canceled the authentication'),
    code: 'consent-declined',
    cure: 'consent',
  },
  {
    title: 'a consent that was not used for 90 days',
    refusal: aadsts('invalid_grant', 700082, 'The refresh token has expired due to inactivity.'),
    code: 'grant-expired',
    cure: 'consent',
  },
  {
    title: 'an expired code or token',
    refusal: aadsts('invalid_grant', 70008, 'The authorization code or refresh token has expired.'),
    code: 'grant-expired',
    cure: 'consent',
  },
  {
    title: 'an expired sign-in frequency',
    refusal: aadsts('invalid_grant', 70043, 'The refresh token has expired due to sign-in frequency checks.'),
    code: 'grant-expired',
    cure: 'consent',
    names: /sign-in frequency/,
  },
  {
    title: 'a changed password',
    refusal: aadsts(
      'invalid_grant',
      50173,
      'The grant was revoked; a fresh token is needed as the password was changed.',
    ),
    code: 'grant-revoked',
    cure: 'consent',
    names: /password/,
  },
  {
    title: 'a withdrawn consent of a personal account',
    refusal: aadsts('invalid_grant', 70000, 'One or more scopes requested are unauthorized or expired.'),
    code: 'grant-revoked',
    cure: 'consent',
  },
  {
    title: 'a refresh token of a single-page application',
    refusal: aadsts('invalid_grant', 700084, 'The refresh token was issued to a single page app.'),
    code: 'redirect-uri-mismatch',
    cure: 'change',
    names: /“Single-page application”/,
  },
  {
    title: 'a code that was used before',
    refusal: aadsts('invalid_grant', 54005, 'The authorization code was already redeemed.'),
    code: 'code-expired',
    cure: 'consent',
  },
  {
    title: 'a second factor',
    refusal: aadsts('interaction_required', 50076, 'You must use multi-factor authentication to access this.'),
    code: 'interaction-needed',
    cure: 'consent',
    names: /second factor/,
  },
  {
    title: 'a second factor that is not set up',
    refusal: aadsts('interaction_required', 50079, 'The user is required to enrol for multi-factor authentication.'),
    code: 'interaction-needed',
    cure: 'consent',
  },
  {
    title: 'a second factor that expired',
    refusal: aadsts('interaction_required', 50078, 'Presented multi-factor authentication has expired.'),
    code: 'interaction-needed',
    cure: 'consent',
  },
  {
    title: 'Conditional Access',
    refusal: aadsts('invalid_grant', 53003, 'Access has been blocked by Conditional Access policies.'),
    code: 'sign-in-policy',
    cure: 'change',
    names: /Sign-in logs/,
  },
  {
    title: 'a person who is not assigned',
    refusal: aadsts('invalid_grant', 50105, "The signed in user is not assigned to a role for '2d4d'."),
    code: 'person-not-assigned',
    cure: 'change',
    names: /Assignment required/,
  },
  {
    title: 'a guest of another tenant',
    refusal: aadsts('invalid_request', 50020, "User 'jane@other.example' does not exist in tenant 'Contoso'."),
    code: 'person-unknown',
    cure: 'change',
    names: /private browser window/,
  },
  {
    title: 'an unknown person',
    refusal: aadsts('invalid_grant', 50034, 'The account must be added to the directory.'),
    code: 'person-unknown',
    cure: 'change',
  },
  {
    title: 'a disabled person',
    refusal: aadsts('invalid_grant', 50057, 'The user account is disabled.'),
    code: 'person-blocked',
    cure: 'change',
    names: /“Users”/,
  },
  {
    title: 'an expired password',
    refusal: aadsts('invalid_grant', 50055, 'The password is expired.'),
    code: 'person-blocked',
    cure: 'change',
  },
  {
    title: 'a redirect URI that is not registered',
    refusal: aadsts(
      'invalid_request',
      50011,
      "The redirect URI 'https://api.example/…' does not match those configured.",
    ),
    code: 'redirect-uri-mismatch',
    cure: 'change',
    names: /platform “Web”/,
  },
  {
    title: 'a redirect URI of the wrong kind',
    refusal: aadsts('invalid_request', 9002327, "Tokens issued for the 'Single-Page Application' client-type …"),
    code: 'redirect-uri-mismatch',
    cure: 'change',
    names: /“Single-page application”/,
  },
  {
    title: 'a tenant without Exchange Online',
    refusal: aadsts(
      'invalid_resource',
      500011,
      'The resource principal named https://outlook.office.com was not found.',
    ),
    code: 'scope-unknown',
    cure: 'change',
  },
  {
    title: 'no permission for Exchange in the registration',
    refusal: aadsts('invalid_resource', 650057, 'Invalid resource: not listed in the app’s requested permissions.'),
    code: 'permission-missing',
    cure: 'change',
    names: /IMAP\.AccessAsApp/,
  },
  {
    title: 'an empty scope',
    refusal: aadsts('invalid_request', 28003, "The input parameter 'scope' can not be empty."),
    code: 'scope-unknown',
    cure: 'change',
  },
  {
    title: 'an unknown scope',
    refusal: aadsts('invalid_scope', 70011, "The scope 'mail' is not valid."),
    code: 'scope-unknown',
    cure: 'change',
  },
  {
    title: 'a malformed request',
    refusal: aadsts('invalid_request', 9002313, 'Request is malformed or invalid.'),
    code: 'request-refused',
    cure: 'change',
  },
  {
    title: 'an assertion that was not sent',
    refusal: aadsts('invalid_client', 700027, 'Client assertion failed signature validation.'),
    code: 'client-secret-rejected',
    cure: 'change',
  },
  {
    title: 'a service in trouble',
    refusal: aadsts('temporarily_unavailable', 90033, 'A transient error has occurred. Please try again.', 503),
    code: 'provider-unavailable',
    cure: 'waiting',
  },
  {
    title: 'an unknown number',
    refusal: aadsts('invalid_grant', 99999, 'Something new.'),
    code: 'grant-revoked',
    cure: 'consent',
  },
]

const google: ReadonlyArray<Omit<RecordedRefusal, 'kind'>> = [
  {
    title: 'an app in testing, or a revoked consent',
    refusal: refused('invalid_grant', 'Token has been expired or revoked.'),
    code: 'grant-revoked',
    cure: 'consent',
    names: /7 days.*“In production”/,
  },
  {
    title: 'an invalid refresh token',
    refusal: refused('invalid_grant', 'Bad Request'),
    code: 'grant-revoked',
    cure: 'consent',
  },
  {
    title: 'a code that was used before',
    refusal: refused('invalid_grant', 'Malformed auth code.'),
    code: 'code-expired',
    cure: 'consent',
  },
  {
    title: 'session control',
    refusal: refused('invalid_grant', 'reauth related error (invalid_rapt)'),
    code: 'interaction-needed',
    cure: 'consent',
    names: /session control/,
  },
  {
    title: 'a deleted person',
    refusal: refused('invalid_grant', 'Account has been deleted'),
    code: 'person-blocked',
    cure: 'change',
  },
  {
    title: 'an unknown client',
    refusal: refused('invalid_client', 'The OAuth client was not found.', 401),
    code: 'client-unknown',
    cure: 'change',
    names: /apps\.googleusercontent\.com/,
  },
  {
    title: 'a wrong secret',
    refusal: refused('invalid_client', 'Unauthorized', 401),
    code: 'client-secret-rejected',
    cure: 'change',
    names: /add a new client secret/,
  },
  {
    title: 'a deleted client',
    refusal: refused('deleted_client', 'The OAuth client was deleted.', 401),
    code: 'client-unknown',
    cure: 'change',
  },
  {
    title: 'a client of the wrong type',
    refusal: refused('unauthorized_client', 'Unauthorized', 401),
    code: 'client-not-allowed',
    cure: 'change',
    names: /“Web application”/,
  },
  {
    title: 'a redirect URI that is not registered',
    refusal: refused('redirect_uri_mismatch'),
    code: 'redirect-uri-mismatch',
    cure: 'change',
    names: /“Authorized redirect URIs”/,
  },
  {
    title: 'a Workspace that trusts only listed apps',
    refusal: refused('admin_policy_enforced'),
    code: 'admin-approval-needed',
    cure: 'change',
    names: /“Trusted”/,
  },
  {
    title: 'an internal app and a person from outside',
    refusal: refused('org_internal', undefined, 403),
    code: 'person-unknown',
    cure: 'change',
    names: /“External”/,
  },
  {
    title: 'a person who declined or is not a test user',
    refusal: refused('access_denied', undefined, 403),
    code: 'consent-declined',
    cure: 'consent',
    names: /test user/,
  },
  {
    title: 'an unknown scope',
    refusal: refused('invalid_scope', 'Some requested scopes were invalid.'),
    code: 'scope-unknown',
    cure: 'change',
    names: /https:\/\/mail\.google\.com\//,
  },
]

const custom: ReadonlyArray<Omit<RecordedRefusal, 'kind'>> = [
  { title: 'invalid_client', refusal: refused('invalid_client'), code: 'client-secret-rejected', cure: 'change' },
  { title: 'invalid_grant', refusal: refused('invalid_grant'), code: 'grant-revoked', cure: 'consent' },
  { title: 'unauthorized_client', refusal: refused('unauthorized_client'), code: 'client-not-allowed', cure: 'change' },
  {
    title: 'unsupported_grant_type',
    refusal: refused('unsupported_grant_type'),
    code: 'client-not-allowed',
    cure: 'change',
  },
  { title: 'invalid_scope', refusal: refused('invalid_scope'), code: 'scope-unknown', cure: 'change' },
  { title: 'invalid_request', refusal: refused('invalid_request'), code: 'request-refused', cure: 'change' },
  { title: 'access_denied', refusal: refused('access_denied'), code: 'consent-declined', cure: 'consent' },
  { title: 'login_required', refusal: refused('login_required'), code: 'interaction-needed', cure: 'consent' },
  { title: 'consent_required', refusal: refused('consent_required'), code: 'interaction-needed', cure: 'consent' },
  {
    title: 'interaction_required',
    refusal: refused('interaction_required'),
    code: 'interaction-needed',
    cure: 'consent',
  },
  { title: 'server_error', refusal: refused('server_error'), code: 'provider-unavailable', cure: 'waiting' },
  {
    title: 'temporarily_unavailable',
    refusal: refused('temporarily_unavailable'),
    code: 'provider-unavailable',
    cure: 'waiting',
  },
  {
    title: 'an error code of its own',
    refusal: refused('quota_exceeded', 'Ask sales.'),
    code: 'provider-refused',
    cure: 'change',
    names: /“quota_exceeded: Ask sales\.”/,
  },
  { title: 'an empty error', refusal: { kind: 'refused' }, code: 'provider-refused', cure: 'change' },
  {
    title: 'Microsoft’s numbers from a custom provider’s endpoints',
    refusal: aadsts('invalid_client', 7000222, 'The client secret keys are expired.'),
    code: 'client-secret-expired',
    cure: 'change',
  },
  {
    title: 'Google’s description, which is less specific at other providers',
    refusal: refused('invalid_grant', 'Token has been expired or revoked.'),
    code: 'grant-revoked',
    cure: 'consent',
    names: /^(?!.*Testing)/,
  },
  {
    title: 'no answer in time',
    refusal: { kind: 'unreachable', error: 'no-answer-in-time', description: 'It did not respond in time.' },
    code: 'provider-unreachable',
    cure: 'waiting',
    names: /did not respond in time/,
  },
  {
    title: 'a name without an address',
    refusal: { kind: 'unreachable', error: 'host-not-found', description: 'The host name has no address.' },
    code: 'provider-unreachable',
    cure: 'change',
    names: /spelling/,
  },
  {
    title: 'a certificate that is not trusted',
    refusal: { kind: 'unreachable', error: 'certificate-not-trusted', description: 'The certificate is not trusted.' },
    code: 'provider-unreachable',
    cure: 'change',
  },
  {
    title: 'a private address',
    refusal: {
      kind: 'unreachable',
      error: 'address-not-allowed',
      description: 'The host resolves to a private address.',
    },
    code: 'endpoint-not-allowed',
    cure: 'change',
    names: /AllowPrivateAddresses/,
  },
  {
    title: 'an unencrypted endpoint',
    refusal: { kind: 'unreachable', error: 'endpoint-not-encrypted', description: 'The endpoint is not https.' },
    code: 'endpoint-not-allowed',
    cure: 'change',
  },
  {
    title: 'a web page',
    refusal: { kind: 'misbehaved', error: 'answer-not-json', status: 200, description: 'Its answer is not JSON.' },
    code: 'provider-misbehaved',
    cure: 'change',
    names: /not JSON.*token endpoint/,
  },
]

export const recordedRefusals: readonly RecordedRefusal[] = [
  ...microsoft.map((row) => ({ ...row, kind: 'microsoft' as const })),
  ...google.map((row) => ({ ...row, kind: 'google' as const })),
  ...custom.map((row) => ({ ...row, kind: 'custom' as const })),
]
