import type { RefusalRule } from './refusal-rules.ts'

const platform = 'the Google Cloud console, “Google Auth Platform”'
const again = 'the account again (`postmaster oauth2 connect ACCOUNT`)'

/**
 * developers.google.com/identity/protocols/oauth2 (refresh token expiration) and …/web-server (authorization errors);
 * support.google.com/accounts answer 16668185 (error codes). The first matching rule applies.
 */
export const googleRefusals: readonly RefusalRule[] = [
  {
    errors: ['invalid_grant'],
    says: /rapt|reauth/i,
    code: 'interaction-needed',
    detail: 'The organisation’s session control requires the person to sign in again.',
    remedy: `Connect ${again}. To prevent this, an administrator can exempt the app in the Google Admin console under “Security”, “Google Cloud session control”.`,
  },
  {
    errors: ['invalid_grant'],
    says: /account.{0,200}(deleted|disabled|not found)/i,
    code: 'person-blocked',
    detail: 'The Google account of the person who consented is disabled or deleted.',
    remedy: 'Ask an administrator to restore the account, or have another person consent.',
  },
  {
    errors: ['invalid_grant'],
    says: /auth code|redirect_uri/i,
    code: 'code-expired',
  },
  {
    errors: ['invalid_grant'],
    code: 'grant-revoked',
    detail:
      'Google revoked the consent. This happens after 7 days while the app’s publishing status is “Testing”, after six months without use, after a password change, or when the person withdraws the consent.',
    remedy: `In ${platform}, “Audience”, publish the app (“In production”) or make it “Internal”. Then connect ${again}.`,
  },
  {
    errors: ['invalid_client'],
    says: /not found/i,
    code: 'client-unknown',
    detail: 'Google has no client with the profile’s client id.',
    remedy: `In ${platform}, “Clients”, copy the client id (it ends in .apps.googleusercontent.com) into the profile.`,
  },
  {
    errors: ['invalid_client'],
    code: 'client-secret-rejected',
    detail: 'Google rejected the profile’s client secret.',
    remedy: `In ${platform}, “Clients”, open the client, add a new client secret and set it in the profile.`,
  },
  {
    errors: ['deleted_client'],
    code: 'client-unknown',
    detail: 'The client was deleted in the Google Cloud console.',
    remedy: `In ${platform}, “Clients”, restore the client within 30 days, or create a new one of type “Web application” and set its id and secret in the profile.`,
  },
  {
    errors: ['disabled_client'],
    code: 'client-disabled',
    remedy: `In ${platform}, “Clients”, enable the client again.`,
  },
  {
    errors: ['unauthorized_client'],
    code: 'client-not-allowed',
    detail: 'The client may not do what the profile requests, usually because it is not of type “Web application”.',
    remedy: `In ${platform}, “Clients”, create a client of type “Web application” and set its id and secret in the profile.`,
  },
  {
    errors: ['redirect_uri_mismatch'],
    code: 'redirect-uri-mismatch',
    remedy: `In ${platform}, “Clients”, open the client and add Postmaster’s redirect URI to “Authorized redirect URIs”, exactly as the profile shows it.`,
  },
  {
    errors: ['admin_policy_enforced'],
    code: 'admin-approval-needed',
    detail: 'The mailbox’s Google Workspace does not let this app read mail.',
    remedy:
      'Ask an administrator to set the app (by its client id) to “Trusted” in the Google Admin console, under “Security”, “Access and data control”, “API controls”, “Manage app access”.',
  },
  {
    errors: ['org_internal'],
    code: 'person-unknown',
    detail: 'The app is only for members of its Google Workspace, and the person who signed in is not a member.',
    remedy: `Sign in with an account of that Workspace, or set the app to “External” in the Google Cloud console, under “Google Auth Platform”, “Audience”.`,
  },
  {
    errors: ['access_denied'],
    code: 'consent-declined',
    detail:
      'The person did not allow access, or the app is still in “Testing” and the person is not one of its test users.',
    remedy: `Open the link again and allow all requested access. If the app is still in “Testing”, publish it or add the person as a test user: in ${platform}, “Audience”.`,
  },
  {
    errors: ['invalid_scope'],
    code: 'scope-unknown',
    detail: 'Google does not support a requested scope.',
    remedy:
      'Reset the provider `google` to the defaults of Postmaster. The only scope for mail is https://mail.google.com/.',
  },
]
