import type { OAuth2Finding } from '../oauth2-error.ts'
import { loginFindings } from './login-findings.ts'

const connectAgain =
  'Connect the account again with `postmaster oauth2 connect ACCOUNT` or the connect action of the API.'

/**
 * Everything that can be wrong with an account's OAuth2 setup, by stable code. The texts here hold for any provider.
 * The tables in this folder replace them with more precise ones where the provider reported details.
 */
export const oauth2Findings = {
  // --- known before any request is sent
  // ----------------------------------------------------------------------------------
  'not-oauth2': {
    code: 'not-oauth2',
    cure: 'change',
    detail: 'The account logs in with a password, not with OAuth2.',
    remedy: 'To use OAuth2, set the account’s authentication to `oauth2` and choose a profile.',
  },
  'profile-missing': {
    code: 'profile-missing',
    cure: 'change',
    detail: 'The account’s OAuth2 profile does not exist.',
    remedy: 'Choose another profile for the account.',
  },
  'provider-missing': {
    code: 'provider-missing',
    cure: 'change',
    detail: 'The OAuth2 provider that the account’s profile uses does not exist.',
    remedy: 'Set the profile’s provider to an existing one.',
  },
  'tenant-missing': {
    code: 'tenant-missing',
    cure: 'change',
    detail: 'The profile has no tenant, but the provider’s addresses require one.',
    remedy:
      'Set the profile’s tenant to the “Directory (tenant) ID” on the Overview page of the app registration in the Microsoft Entra admin center.',
  },
  'client-secret-missing': {
    code: 'client-secret-missing',
    cure: 'change',
    detail: 'The profile has no client secret, but the provider requires one.',
    remedy:
      'Create a client secret at the provider and set its value in the profile. The secret works for every account of the profile.',
  },
  'application-not-supported': {
    code: 'application-not-supported',
    cure: 'change',
    detail: 'The provider does not support app-only access (client credentials).',
    remedy: 'Set the profile’s grant to `authorization_code`, and have the mailbox’s owner consent.',
  },
  'host-not-named': {
    code: 'host-not-named',
    cure: 'change',
    detail: 'The provider has no mail server for the account’s protocol, so Postmaster did not send a token.',
    remedy:
      'Set the provider’s mail server for this protocol: `postmaster oauth2 providers edit PROVIDER --imap-host HOST` (or `--pop3-host`). Postmaster sends an ' +
      'app-only token only to this host.',
  },
  'host-not-allowed': {
    code: 'host-not-allowed',
    cure: 'change',
    detail:
      'The account’s mail server is not allowed to receive the provider’s tokens, so Postmaster did not send one.',
    remedy:
      'If the account has to connect through a proxy or another server, add an OAuth2 provider of your own with that server, and select that provider in the profile.',
  },
  'endpoints-changed': {
    code: 'endpoints-changed',
    cure: 'change',
    detail: 'This built-in provider’s addresses have been changed, so Postmaster does not use it.',
    remedy:
      'Reset the provider (`postmaster oauth2 providers reset PROVIDER`). To use other addresses, add an OAuth2 provider of your own, or use the built-in provider for ' +
      'your national cloud.',
  },
  'tokens-unreadable': {
    code: 'tokens-unreadable',
    cure: 'consent',
    detail: 'The stored tokens cannot be decrypted. They were encrypted with another key or for another account.',
    remedy: connectAgain,
  },

  // --- consents
  // -------------------------------------------------------------------------------------------------------
  'consent-missing': {
    code: 'consent-missing',
    cure: 'consent',
    detail: 'No consent has been given yet, so the account is not fetched.',
    remedy:
      'Run `postmaster oauth2 connect ACCOUNT` to get a link. The mailbox’s owner opens the link in a browser and gives consent.',
  },
  'consent-outdated': {
    code: 'consent-outdated',
    cure: 'consent',
    detail: 'The account or its OAuth2 profile has changed since consent was given, so the consent no longer matches.',
    remedy: 'Connect the account again (`postmaster oauth2 connect ACCOUNT`), or revert the change.',
  },
  're-authorization-needed': {
    code: 're-authorization-needed',
    cure: 'consent',
    detail: 'The consent is no longer valid, so the account is not fetched.',
    remedy: connectAgain,
  },
  'no-refresh-token': {
    code: 'no-refresh-token',
    cure: 'consent',
    detail: 'The provider issued no refresh token, so the consent would expire within the hour.',
    remedy:
      'Configure the provider to request offline access (Microsoft and most others: the scope `offline_access`; Google: the parameters `access_type=offline` and `prompt=consent`). Then connect the account again.',
  },
  'grant-revoked': {
    code: 'grant-revoked',
    cure: 'consent',
    detail: 'The provider no longer accepts the consent. It was revoked or has expired.',
    remedy: connectAgain,
  },
  'grant-expired': {
    code: 'grant-expired',
    cure: 'consent',
    detail: 'The consent has expired at the provider.',
    remedy: connectAgain,
  },
  'code-expired': {
    code: 'code-expired',
    cure: 'consent',
    detail: 'The sign-in took too long or was submitted twice, so the provider no longer accepts its result.',
    remedy: 'Open the link again and sign in once more.',
  },
  'interaction-needed': {
    code: 'interaction-needed',
    cure: 'consent',
    detail: 'The provider requires the person to sign in again.',
    remedy: `${connectAgain} The same person has to give consent again.`,
  },
  'consent-declined': {
    code: 'consent-declined',
    cure: 'consent',
    detail: 'The person who signed in did not give consent, or the provider did not let that person give it.',
    remedy:
      'Open the link again and choose “Accept” or “Allow”. If the provider refused automatically, ask its administrator to allow the app.',
  },
  'admin-approval-needed': {
    code: 'admin-approval-needed',
    cure: 'change',
    detail: 'People in the organisation can use this app only after an administrator has approved it.',
    remedy:
      'Ask an administrator of the mailbox’s organisation to approve the app at the provider. Then connect the account.',
  },

  // --- people
  // --------------------------------------------------------------------------------------------------------
  'person-unknown': {
    code: 'person-unknown',
    cure: 'change',
    detail: 'The person who signed in does not belong to the profile’s organisation.',
    remedy:
      'Sign in with an account of that organisation (use a private browser window), or correct the profile’s tenant.',
  },
  'person-blocked': {
    code: 'person-blocked',
    cure: 'change',
    detail: 'The provider does not currently let the person who consented sign in.',
    remedy:
      'Ask an administrator of the mailbox’s organisation to unblock that person’s account. Then connect the account again.',
  },
  'person-not-assigned': {
    code: 'person-not-assigned',
    cure: 'change',
    detail: 'The person is not one of the app’s users.',
    remedy: 'Add the person to the app’s users at the provider.',
  },
  'sign-in-policy': {
    code: 'sign-in-policy',
    cure: 'change',
    detail: 'One of the organisation’s rules blocks the sign-in.',
    remedy: 'Ask an administrator of the mailbox’s organisation to exempt the app from the rule.',
  },

  // --- the client
  // -----------------------------------------------------------------------------------------------------
  'client-secret-rejected': {
    code: 'client-secret-rejected',
    cure: 'change',
    detail: 'The provider rejected the profile’s client id or client secret.',
    remedy: 'Copy both from the provider again. If the provider no longer shows the client secret, create a new one.',
  },
  'client-secret-expired': {
    code: 'client-secret-expired',
    cure: 'change',
    detail: 'The profile’s client secret has expired.',
    remedy:
      'Create a new client secret at the provider and set it in the profile. The secret works for every account of the profile without a new consent.',
  },
  'client-secret-not-wanted': {
    code: 'client-secret-not-wanted',
    cure: 'change',
    detail: 'The app is registered as a public client, which has no client secret, but the profile sends one.',
    remedy: 'Remove the client secret from the profile, or register the app as a web application.',
  },
  'client-unknown': {
    code: 'client-unknown',
    cure: 'change',
    detail: 'The provider has no app with the profile’s client id.',
    remedy: 'Correct the profile’s client id and, if the provider has tenants, its tenant.',
  },
  'client-disabled': {
    code: 'client-disabled',
    cure: 'change',
    detail: 'The app is disabled at the provider.',
    remedy: 'Enable it at the provider, or register a new app.',
  },
  'client-not-allowed': {
    code: 'client-not-allowed',
    cure: 'change',
    detail: 'The app’s registration does not allow the profile’s requests.',
    remedy: 'Register the app as a web application, and check that the registration allows the profile’s grant.',
  },
  'wrong-tenant': {
    code: 'wrong-tenant',
    cure: 'change',
    detail: 'The profile’s tenant is wrong.',
    remedy:
      'Set the profile’s tenant to the “Directory (tenant) ID” on the Overview page of the app registration in the Microsoft Entra admin center.',
  },
  'redirect-uri-mismatch': {
    code: 'redirect-uri-mismatch',
    cure: 'change',
    detail: 'Postmaster’s redirect URI is not registered for the app.',
    remedy:
      'In the app’s registration, add Postmaster’s redirect URI as a Web redirect URI, exactly as the profile shows it.',
  },
  'permission-missing': {
    code: 'permission-missing',
    cure: 'change',
    detail: 'The app does not have the permission to read mail that Postmaster requests.',
    remedy: 'Add the permissions to the app’s registration and approve them. Then connect the account again.',
  },
  'scope-unknown': {
    code: 'scope-unknown',
    cure: 'change',
    detail: 'The provider does not support or does not allow the requested scopes.',
    remedy: 'Correct the provider’s scopes, or reset a built-in provider to the defaults of Postmaster.',
  },
  'request-refused': {
    code: 'request-refused',
    cure: 'change',
    detail: 'The provider rejected the request as invalid.',
    remedy:
      'Check the provider’s endpoints, extra parameters and client authentication, or reset a built-in provider to the defaults of Postmaster.',
  },

  // --- the provider
  // ---------------------------------------------------------------------------------------------------
  'provider-refused': {
    code: 'provider-refused',
    cure: 'change',
    detail: 'The provider refused the request.',
    remedy: 'Search the web for the provider’s error message. Then correct the profile or the app’s registration.',
  },
  'provider-unavailable': {
    code: 'provider-unavailable',
    cure: 'waiting',
    detail: 'The provider reports that it is temporarily unavailable.',
    remedy: 'No action is needed. The next run tries again.',
  },
  'provider-unreachable': {
    code: 'provider-unreachable',
    cure: 'waiting',
    detail: 'The provider cannot be reached.',
    remedy:
      'No action is needed at first, because the next run tries again. If the problem persists, check the provider’s endpoints and its status page.',
  },
  'endpoint-not-allowed': {
    code: 'endpoint-not-allowed',
    cure: 'change',
    detail: 'This deployment does not allow connections to the provider’s endpoint.',
    remedy:
      'Correct the provider’s endpoints. They must be https URLs on the public internet, or private addresses if the deployment has AllowPrivateAddresses=true.',
  },
  'provider-misbehaved': {
    code: 'provider-misbehaved',
    cure: 'change',
    detail: 'The token endpoint’s response is not a valid OAuth 2.0 response.',
    remedy: 'Check the provider’s token endpoint and the profile’s tenant.',
  },

  ...loginFindings,
} as const satisfies Record<string, OAuth2Finding>

export type OAuth2FindingCode = keyof typeof oauth2Findings
