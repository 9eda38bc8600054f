import type { OAuth2Finding } from '../oauth2-error.ts'
import { loginFindings } from './login-findings.ts'

const connectAgain = 'Connect the account again: `postmaster oauth2 connect ACCOUNT`, or the connect action of the API.'

/**
 * Everything that can be wrong with an account's OAuth2, by its stable code, in words that hold for any provider; the
 * tables beside this one say the same more exactly where a provider said more.
 */
export const oauth2Findings = {
  // --- known before anybody is asked
  // ----------------------------------------------------------------------------------
  'not-oauth2': {
    code: 'not-oauth2',
    cure: 'change',
    words: 'The account logs in with a password, not with OAuth2.',
    remedy: 'Set its authentication to `oauth2` and choose a profile, if it is to use OAuth2.',
  },
  'profile-missing': {
    code: 'profile-missing',
    cure: 'change',
    words: 'The account’s OAuth2 profile does not exist.',
    remedy: 'Choose another profile for the account.',
  },
  'provider-missing': {
    code: 'provider-missing',
    cure: 'change',
    words: 'The OAuth2 provider of the account’s profile does not exist.',
    remedy: 'Set the profile’s provider to one that exists.',
  },
  'tenant-missing': {
    code: 'tenant-missing',
    cure: 'change',
    words: 'The profile names no tenant, but the provider’s addresses need one.',
    remedy:
      'Set the profile’s tenant to the “Directory (tenant) ID” on the Overview page of the app registration in the Microsoft Entra admin center.',
  },
  'client-secret-missing': {
    code: 'client-secret-missing',
    cure: 'change',
    words: 'The profile has no client secret, but the provider needs one.',
    remedy:
      'Create a client secret at the provider and set its value in the profile; it serves every account of the profile.',
  },
  'application-not-supported': {
    code: 'application-not-supported',
    cure: 'change',
    words: 'The provider has no way to let an application in on its own.',
    remedy: 'Set the profile’s grant to `authorization_code`, and have the mailbox’s owner consent.',
  },
  'host-not-named': {
    code: 'host-not-named',
    cure: 'change',
    words: 'The provider does not name a mail server for the account’s protocol, so Postmaster did not send a token.',
    remedy:
      'Set the provider’s mail server for this protocol: `postmaster oauth2 providers edit PROVIDER --imap-host HOST` (or `--pop3-host`). Postmaster sends an ' +
      'app-only token only to this host.',
  },
  'host-not-allowed': {
    code: 'host-not-allowed',
    cure: 'change',
    words: 'The account’s mail server is not allowed to receive the provider’s tokens, so Postmaster did not send one.',
    remedy:
      'If the account has to connect through a proxy or another server, add an OAuth2 provider of your own that names it, and use that provider in the profile.',
  },
  'endpoints-changed': {
    code: 'endpoints-changed',
    cure: 'change',
    words: 'The addresses of a built-in provider have been changed, so Postmaster does not use the provider.',
    remedy:
      'Reset the provider (`postmaster oauth2 providers reset PROVIDER`). For other addresses, add an OAuth2 provider of your own, or use the built-in provider of ' +
      'your national cloud.',
  },
  'tokens-unreadable': {
    code: 'tokens-unreadable',
    cure: 'consent',
    words: 'The stored tokens cannot be decrypted: they were encrypted with another key or for another account.',
    remedy: connectAgain,
  },

  // --- consents
  // -------------------------------------------------------------------------------------------------------
  'consent-missing': {
    code: 'consent-missing',
    cure: 'consent',
    words: 'Nobody has consented yet, so the account is not fetched.',
    remedy:
      'Connect the account: `postmaster oauth2 connect ACCOUNT` gives a link, with which the person whose mailbox it is consents in a browser.',
  },
  'consent-outdated': {
    code: 'consent-outdated',
    cure: 'consent',
    words:
      'The account or its OAuth2 profile was changed since somebody consented, so that consent does not fit any more.',
    remedy: 'Connect the account again (`postmaster oauth2 connect ACCOUNT`), or take the change back.',
  },
  're-authorization-needed': {
    code: 're-authorization-needed',
    cure: 'consent',
    words: 'The consent no longer holds, so the account is not fetched.',
    remedy: connectAgain,
  },
  'no-refresh-token': {
    code: 'no-refresh-token',
    cure: 'consent',
    words: 'The provider gave no refresh token, so the consent would end within the hour.',
    remedy:
      'Let the provider ask for offline access (Microsoft and most others: the scope `offline_access`; Google: the parameters `access_type=offline` and `prompt=consent`), then connect the account again.',
  },
  'grant-revoked': {
    code: 'grant-revoked',
    cure: 'consent',
    words: 'The provider no longer takes the consent: it was revoked or has expired.',
    remedy: connectAgain,
  },
  'grant-expired': {
    code: 'grant-expired',
    cure: 'consent',
    words: 'The consent has expired at the provider.',
    remedy: connectAgain,
  },
  'code-expired': {
    code: 'code-expired',
    cure: 'consent',
    words: 'The sign-in took too long or was sent twice, so the provider does not take its answer any more.',
    remedy: 'Open the link again and sign in once more.',
  },
  'interaction-needed': {
    code: 'interaction-needed',
    cure: 'consent',
    words: 'The provider wants the person to sign in again before it goes on.',
    remedy: `${connectAgain} It has to be the person who consented before.`,
  },
  'consent-declined': {
    code: 'consent-declined',
    cure: 'consent',
    words: 'The person who signed in did not agree, or the provider did not let that person agree.',
    remedy:
      'Open the link again and choose “Accept” or “Allow”; if the provider refused by itself, its administrator has to allow the app.',
  },
  'admin-approval-needed': {
    code: 'admin-approval-needed',
    cure: 'change',
    words: 'The organisation lets people use this app only after an administrator has approved it.',
    remedy:
      'Ask an administrator of the mailbox’s organisation to approve the app at the provider, then connect the account.',
  },

  // --- persons
  // --------------------------------------------------------------------------------------------------------
  'person-unknown': {
    code: 'person-unknown',
    cure: 'change',
    words: 'The person who signed in does not belong to the organisation that the profile is for.',
    remedy:
      'Sign in with an account of that organisation (a private browser window helps), or correct the profile’s tenant.',
  },
  'person-blocked': {
    code: 'person-blocked',
    cure: 'change',
    words: 'The provider does not let the person who consented sign in at present.',
    remedy:
      'An administrator of the mailbox’s organisation has to unblock that person’s account; then connect the account again.',
  },
  'person-not-assigned': {
    code: 'person-not-assigned',
    cure: 'change',
    words: 'The person is not among those who may use the app.',
    remedy: 'Add the person to the app’s users at the provider.',
  },
  'sign-in-policy': {
    code: 'sign-in-policy',
    cure: 'change',
    words: 'A rule of the organisation blocks the sign-in.',
    remedy: 'Ask an administrator of the mailbox’s organisation to let the app through.',
  },

  // --- the client
  // -----------------------------------------------------------------------------------------------------
  'client-secret-rejected': {
    code: 'client-secret-rejected',
    cure: 'change',
    words: 'The provider does not accept client id and client secret of the profile.',
    remedy: 'Copy both from the provider once more; create a new client secret if the old one cannot be shown.',
  },
  'client-secret-expired': {
    code: 'client-secret-expired',
    cure: 'change',
    words: 'The client secret of the profile has expired.',
    remedy:
      'Create a new client secret at the provider and set it in the profile; it serves every account of the profile, and nobody has to consent again.',
  },
  'client-secret-not-wanted': {
    code: 'client-secret-not-wanted',
    cure: 'change',
    words: 'The app is registered as a public client, which has no client secret, but the profile sends one.',
    remedy: 'Remove the client secret from the profile, or register the app as a web application.',
  },
  'client-unknown': {
    code: 'client-unknown',
    cure: 'change',
    words: 'The provider knows no app with the profile’s client id.',
    remedy: 'Correct the profile’s client id and, if the provider has tenants, its tenant.',
  },
  'client-disabled': {
    code: 'client-disabled',
    cure: 'change',
    words: 'The app is switched off at the provider.',
    remedy: 'Switch it on again at the provider, or register a new one.',
  },
  'client-not-allowed': {
    code: 'client-not-allowed',
    cure: 'change',
    words: 'The app’s registration does not allow what the profile asks for.',
    remedy:
      'Register the app as a web application, and check that the profile’s grant is what the registration allows.',
  },
  'wrong-tenant': {
    code: 'wrong-tenant',
    cure: 'change',
    words: 'The profile’s tenant is not the right one.',
    remedy:
      'Set the profile’s tenant to the “Directory (tenant) ID” on the Overview page of the app registration in the Microsoft Entra admin center.',
  },
  'redirect-uri-mismatch': {
    code: 'redirect-uri-mismatch',
    cure: 'change',
    words: 'The address that Postmaster wants people to come back to is not registered for the app.',
    remedy:
      'Add Postmaster’s redirect URI, exactly as the profile shows it, to the app’s registration as one of type Web.',
  },
  'permission-missing': {
    code: 'permission-missing',
    cure: 'change',
    words: 'The app was not given the permission to read mail that Postmaster asks for.',
    remedy: 'Add the permissions to the app’s registration and approve them, then connect the account again.',
  },
  'scope-unknown': {
    code: 'scope-unknown',
    cure: 'change',
    words: 'The provider does not know or does not allow the scopes that are asked for.',
    remedy: 'Correct the scopes of the provider, or reset a built-in provider to what Postmaster ships.',
  },
  'request-refused': {
    code: 'request-refused',
    cure: 'change',
    words: 'The provider does not understand what it is asked.',
    remedy:
      'Check endpoints, extra parameters and client authentication of the provider, or reset a built-in one to what Postmaster ships.',
  },

  // --- the provider
  // ---------------------------------------------------------------------------------------------------
  'provider-refused': {
    code: 'provider-refused',
    cure: 'change',
    words: 'The provider refused.',
    remedy: 'Search for the provider’s own words; then correct the profile or the app’s registration.',
  },
  'provider-unavailable': {
    code: 'provider-unavailable',
    cure: 'waiting',
    words: 'The provider says that it is temporarily unable to answer.',
    remedy: 'Nothing: it is asked again with the next run.',
  },
  'provider-unreachable': {
    code: 'provider-unreachable',
    cure: 'waiting',
    words: 'The provider cannot be reached.',
    remedy:
      'Nothing at first: it is asked again with the next run. If it stays, check the provider’s endpoints and what the provider says of its state.',
  },
  'endpoint-not-allowed': {
    code: 'endpoint-not-allowed',
    cure: 'change',
    words: 'The provider’s endpoint is not one that this deployment may connect to.',
    remedy:
      'Correct the provider’s endpoints: https addresses on the public internet, or private ones in a deployment with AllowPrivateAddresses=true.',
  },
  'provider-misbehaved': {
    code: 'provider-misbehaved',
    cure: 'change',
    words: 'The token endpoint gave an answer that is none of OAuth 2.0.',
    remedy: 'Check the provider’s token endpoint and the profile’s tenant.',
  },

  ...loginFindings,
} as const satisfies Record<string, OAuth2Finding>

export type OAuth2FindingCode = keyof typeof oauth2Findings
