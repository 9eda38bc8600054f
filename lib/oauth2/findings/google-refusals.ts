import type { RefusalRule } from './refusal-rule.ts'

const console = 'In the Google Cloud console, “Google Auth Platform”'
const connect = 'connect the account again (`postmaster oauth2 connect ACCOUNT`)'

interface GoogleRule extends RefusalRule {
  readonly error: string
  /** In the description; left out: any. */
  readonly says?: RegExp
}

/**
 * developers.google.com/identity/protocols/oauth2 (refresh token expiration) and …/web-server (authorization errors);
 * support.google.com/accounts answer 16668185 (error codes). The first that fits counts.
 */
const rules: readonly GoogleRule[] = [
  {
    error: 'invalid_grant',
    says: /rapt|reauth/i,
    code: 'interaction-needed',
    words: 'The organisation’s session control wants the person to sign in again.',
    remedy: `C${connect.slice(1)}; an administrator can exempt the app under Security, “Google Cloud session control”, in the Google Admin console.`,
  },
  {
    error: 'invalid_grant',
    says: /account.{0,200}(deleted|disabled|not found)/i,
    code: 'person-blocked',
    words: 'The Google account of the person who consented is disabled or deleted.',
    remedy: 'Have an administrator restore the account, or let somebody else consent.',
  },
  {
    error: 'invalid_grant',
    says: /auth code|redirect_uri/i,
    code: 'code-expired',
  },
  {
    error: 'invalid_grant',
    code: 'grant-revoked',
    words:
      'Google ended the consent: after 7 days while the app’s publishing status is “Testing”, else because it was revoked, not used for six months, or the password was changed.',
    remedy: `${console}, “Audience”: publish the app (“In production”), or make it “Internal”. Then ${connect}.`,
  },
  {
    error: 'invalid_client',
    says: /not found/i,
    code: 'client-unknown',
    words: 'Google knows no client with the profile’s client id.',
    remedy: `${console}, “Clients”: copy the client id (it ends in .apps.googleusercontent.com) into the profile.`,
  },
  {
    error: 'invalid_client',
    code: 'client-secret-rejected',
    words: 'Google does not accept the client secret of the profile.',
    remedy: `${console}, “Clients”, the client: add a new client secret and set it in the profile.`,
  },
  {
    error: 'deleted_client',
    code: 'client-unknown',
    words: 'The client was deleted in the Google Cloud console.',
    remedy: `${console}, “Clients”: restore it within 30 days, or create a new one of type “Web application” and set its id and secret in the profile.`,
  },
  {
    error: 'disabled_client',
    code: 'client-disabled',
    remedy: `${console}, “Clients”: enable the client again.`,
  },
  {
    error: 'unauthorized_client',
    code: 'client-not-allowed',
    words: 'The client may not do what the profile asks for, mostly because it is not of type “Web application”.',
    remedy: `${console}, “Clients”: create a client of type “Web application” and set its id and secret in the profile.`,
  },
  {
    error: 'redirect_uri_mismatch',
    code: 'redirect-uri-mismatch',
    remedy: `${console}, “Clients”, the client: add Postmaster’s redirect URI, exactly as the profile shows it, to “Authorized redirect URIs”.`,
  },
  {
    error: 'admin_policy_enforced',
    code: 'admin-approval-needed',
    words: 'The Google Workspace of the mailbox does not let this app read mail.',
    remedy:
      'An administrator opens, in the Google Admin console, Security, “Access and data control”, “API controls”, “Manage app access”, and sets the app (by its client id) to “Trusted”.',
  },
  {
    error: 'org_internal',
    code: 'person-unknown',
    words: 'The app is only for members of the Google Workspace it belongs to, and the person who signed in is none.',
    remedy: `Sign in with an account of that Workspace, or set the app to “External” in the Google Cloud console, “Google Auth Platform”, “Audience”.`,
  },
  {
    error: 'access_denied',
    code: 'consent-declined',
    words:
      'The person chose not to allow access, or the app is still in “Testing” and the person is not among its test users.',
    remedy: `Open the link again and allow everything that is asked for; or publish the app or add the person as a test user: ${console.charAt(0).toLowerCase()}${console.slice(1)}, “Audience”.`,
  },
  {
    error: 'invalid_scope',
    code: 'scope-unknown',
    words: 'Google does not know a scope that is asked for.',
    remedy: 'Reset the provider `google` to what Postmaster ships: the one scope for mail is https://mail.google.com/.',
  },
]

export const googleRule = (error: string, description: string): RefusalRule | undefined =>
  rules.find((rule) => rule.error === error && (rule.says === undefined || rule.says.test(description)))
