import type { Reason } from '../../reasons/reason.ts'
import type { DataKeyFailure } from '../../secrets/data-keys.ts'
import type { OAuth2Finding } from '../oauth2-error.ts'

const connectAgain =
  'Connect the account again with `postmaster oauth2 connect ACCOUNT` or the connect action of the API.'

/**
 * Everything that can be wrong with an account's OAuth2 setup, by cure and by stable code. The texts here hold for any
 * provider. The tables in this folder replace them with more precise ones where the provider reported details.
 */
const texts = {
  waiting: {
    'provider-unavailable': {
      detail: 'The provider reports that it is temporarily unavailable.',
      remedy: 'No action is needed. The next run tries again.',
    },
    'provider-unreachable': {
      detail: 'The provider cannot be reached.',
      remedy:
        'No action is needed at first, because the next run tries again. If the problem persists, check the provider’s endpoints and its status page.',
    },
    'encryption-key-unavailable': {
      detail: 'AWS KMS did not return the key that encrypts the tokens. KMS is overloaded or unreachable.',
      remedy: 'No action is needed. The next run tries again.',
    },
    connected: {
      detail: 'Everything works. The provider issues tokens, and the mail server accepts them.',
      remedy: 'No action is needed.',
    },
  },
  change: {
    // --- known before any request is sent
    'not-oauth2': {
      detail: 'The account logs in with a password, not with OAuth2.',
      remedy: 'To use OAuth2, set the account’s authentication to `oauth2` and choose a profile.',
    },
    'profile-missing': {
      detail: 'The account’s OAuth2 profile does not exist.',
      remedy: 'Choose another profile for the account.',
    },
    'provider-missing': {
      detail: 'The OAuth2 provider that the account’s profile uses does not exist.',
      remedy: 'Set the profile’s provider to an existing one.',
    },
    'tenant-missing': {
      detail: 'The profile has no tenant, but the provider’s addresses require one.',
      remedy:
        'Set the profile’s tenant to the “Directory (tenant) ID” on the Overview page of the app registration in the Microsoft Entra admin center.',
    },
    'client-secret-missing': {
      detail: 'The profile has no client secret, but the provider requires one.',
      remedy:
        'Create a client secret at the provider and set its value in the profile. The secret works for every account of the profile.',
    },
    'application-not-supported': {
      detail: 'The provider does not support app-only access (client credentials).',
      remedy: 'Set the profile’s grant to `authorization_code`, and have the mailbox’s owner consent.',
    },
    'host-not-named': {
      detail: 'The provider has no mail server for the account’s protocol, so Postmaster did not send a token.',
      remedy:
        'Set the provider’s mail server for this protocol: `postmaster oauth2 providers edit PROVIDER --imap-host HOST` (or `--pop3-host`). Postmaster sends an ' +
        'app-only token only to this host.',
    },
    'host-not-allowed': {
      detail:
        'The account’s mail server is not allowed to receive the provider’s tokens, so Postmaster did not send one.',
      remedy:
        'If the account has to connect through a proxy or another server, add an OAuth2 provider of your own with that server, and select that provider in the profile.',
    },
    'endpoints-changed': {
      detail: 'This built-in provider’s addresses have been changed, so Postmaster does not use it.',
      remedy:
        'Reset the provider (`postmaster oauth2 providers reset PROVIDER`). To use other addresses, add an OAuth2 provider of your own, or use the built-in provider for ' +
        'your national cloud.',
    },
    // --- consents
    'admin-approval-needed': {
      detail: 'People in the organisation can use this app only after an administrator has approved it.',
      remedy:
        'Ask an administrator of the mailbox’s organisation to approve the app at the provider. Then connect the account.',
    },
    // --- people
    'person-unknown': {
      detail: 'The person who signed in does not belong to the profile’s organisation.',
      remedy:
        'Sign in with an account of that organisation (use a private browser window), or correct the profile’s tenant.',
    },
    'person-blocked': {
      detail: 'The provider does not currently let the person who consented sign in.',
      remedy:
        'Ask an administrator of the mailbox’s organisation to unblock that person’s account. Then connect the account again.',
    },
    'person-not-assigned': {
      detail: 'The person is not one of the app’s users.',
      remedy: 'Add the person to the app’s users at the provider.',
    },
    'sign-in-policy': {
      detail: 'One of the organisation’s rules blocks the sign-in.',
      remedy: 'Ask an administrator of the mailbox’s organisation to exempt the app from the rule.',
    },
    // --- the client
    'client-secret-rejected': {
      detail: 'The provider rejected the profile’s client id or client secret.',
      remedy: 'Copy both from the provider again. If the provider no longer shows the client secret, create a new one.',
    },
    'client-secret-expired': {
      detail: 'The profile’s client secret has expired.',
      remedy:
        'Create a new client secret at the provider and set it in the profile. The secret works for every account of the profile without a new consent.',
    },
    'client-secret-not-wanted': {
      detail: 'The app is registered as a public client, which has no client secret, but the profile sends one.',
      remedy: 'Remove the client secret from the profile, or register the app as a web application.',
    },
    'client-unknown': {
      detail: 'The provider has no app with the profile’s client id.',
      remedy: 'Correct the profile’s client id and, if the provider has tenants, its tenant.',
    },
    'client-disabled': {
      detail: 'The app is disabled at the provider.',
      remedy: 'Enable it at the provider, or register a new app.',
    },
    'client-not-allowed': {
      detail: 'The app’s registration does not allow the profile’s requests.',
      remedy: 'Register the app as a web application, and check that the registration allows the profile’s grant.',
    },
    'wrong-tenant': {
      detail: 'The profile’s tenant is wrong.',
      remedy:
        'Set the profile’s tenant to the “Directory (tenant) ID” on the Overview page of the app registration in the Microsoft Entra admin center.',
    },
    'redirect-uri-mismatch': {
      detail: 'Postmaster’s redirect URI is not registered for the app.',
      remedy:
        'In the app’s registration, add Postmaster’s redirect URI as a Web redirect URI, exactly as the profile shows it.',
    },
    'permission-missing': {
      detail: 'The app does not have the permission to read mail that Postmaster requests.',
      remedy: 'Add the permissions to the app’s registration and approve them. Then connect the account again.',
    },
    'scope-unknown': {
      detail: 'The provider does not support or does not allow the requested scopes.',
      remedy: 'Correct the provider’s scopes, or reset a built-in provider to the defaults of Postmaster.',
    },
    'request-refused': {
      detail: 'The provider rejected the request as invalid.',
      remedy:
        'Check the provider’s endpoints, extra parameters and client authentication, or reset a built-in provider to the defaults of Postmaster.',
    },
    // --- the provider
    'provider-refused': {
      detail: 'The provider refused the request.',
      remedy: 'Search the web for the provider’s error message. Then correct the profile or the app’s registration.',
    },
    'endpoint-not-allowed': {
      detail: 'This deployment does not allow connections to the provider’s endpoint.',
      remedy:
        'Correct the provider’s endpoints. They must be https URLs on the public internet, or private addresses if the deployment has AllowPrivateAddresses=true.',
    },
    'provider-misbehaved': {
      detail: 'The token endpoint’s response is not a valid OAuth 2.0 response.',
      remedy: 'Check the provider’s token endpoint and the profile’s tenant.',
    },
    // --- the encryption of tokens
    'encryption-key-disabled': {
      detail: 'The KMS key that encrypts the tokens is disabled or pending deletion.',
      remedy:
        'If the deletion of the KMS key in the stack output `EncryptionKeyArn` is pending, cancel it. Then enable the key. The consents stay valid.',
    },
    'encryption-key-missing': {
      detail: 'The KMS key that encrypts the tokens does not exist.',
      remedy:
        'Deploy both stacks again, so that the functions use the key in the stack output `EncryptionKeyArn`. If the old key was deleted, connect the account again afterwards.',
    },
    'encryption-key-refused': {
      detail: 'AWS does not let the function use the KMS key that encrypts the tokens.',
      remedy:
        'Restore the policy of the KMS key in the stack output `EncryptionKeyArn`, and deploy both stacks again. The consents stay valid.',
    },
    // --- the mail server, which receives a token that the provider issued
    'wrong-audience': {
      detail: 'The token is for a service other than the mail server.',
      remedy: 'Correct the provider’s scopes so that they refer to the mail service. Then connect the account again.',
    },
    'scope-missing': {
      detail: 'The token does not allow reading mail over the account’s protocol.',
      remedy:
        'Add the scope for the protocol to the provider and the permission to the app’s registration. Then connect the account again.',
    },
    'mailbox-not-permitted': {
      detail: 'The person who consented does not have full access to the mailbox.',
      remedy: 'Give that person full access to the mailbox at the mail server.',
    },
    'application-unknown': {
      detail: 'The application is not registered with the mail server.',
      remedy: 'Register the application with the mail server.',
    },
    'application-not-permitted': {
      detail: 'The application is registered with the mail server, but may not open this mailbox.',
      remedy: 'Give the application full access to the mailbox on the mail server.',
    },
    'protocol-disabled': {
      detail: 'IMAP or POP3 is disabled for this mailbox.',
      remedy: 'Enable it in the settings of the mailbox or the organisation.',
    },
    'not-connected': {
      detail:
        'The mail server accepts the token but does not open a mailbox (“User is authenticated but not connected”).',
      remedy:
        'Check that the mailbox exists and has a licence, that the person who consented is its owner or has full access, and that IMAP or POP3 is enabled for it.',
    },
    'token-refused': {
      detail: 'The mail server rejects the access token without a reason.',
      remedy: 'Check that the person who consented may open this mailbox, and that IMAP or POP3 is enabled for it.',
    },
  },
  consent: {
    'tokens-unreadable': {
      detail: 'The stored tokens cannot be decrypted. They were encrypted with another key or for another account.',
      remedy: connectAgain,
    },
    'consent-missing': {
      detail: 'No consent has been given yet, so the account is not fetched.',
      remedy:
        'Run `postmaster oauth2 connect ACCOUNT` to get a link. The mailbox’s owner opens the link in a browser and gives consent.',
    },
    'consent-outdated': {
      detail:
        'The account or its OAuth2 profile has changed since consent was given, so the consent no longer matches.',
      remedy: 'Connect the account again (`postmaster oauth2 connect ACCOUNT`), or revert the change.',
    },
    're-authorization-needed': {
      detail: 'The consent is no longer valid, so the account is not fetched.',
      remedy: connectAgain,
    },
    'no-refresh-token': {
      detail: 'The provider issued no refresh token, so the consent would expire within the hour.',
      remedy:
        'Configure the provider to request offline access (Microsoft and most others: the scope `offline_access`; Google: the parameters `access_type=offline` and `prompt=consent`). Then connect the account again.',
    },
    'grant-revoked': {
      detail: 'The provider no longer accepts the consent. It was revoked or has expired.',
      remedy: connectAgain,
    },
    'grant-expired': {
      detail: 'The consent has expired at the provider.',
      remedy: connectAgain,
    },
    'code-expired': {
      detail: 'The sign-in took too long or was submitted twice, so the provider no longer accepts its result.',
      remedy: 'Open the link and sign in again.',
    },
    'interaction-needed': {
      detail: 'The provider requires the person to sign in again.',
      // A template would keep all these texts in bundles that use none of them.
      remedy:
        'Connect the account again with `postmaster oauth2 connect ACCOUNT` or the connect action of the API. The same person has to give consent again.',
    },
    'consent-declined': {
      detail: 'The person who signed in did not give consent, or the provider did not let that person give it.',
      remedy:
        'Open the link again and choose “Accept” or “Allow”. If the provider refused automatically, ask its administrator to allow the app.',
    },
    'wrong-person': {
      detail: 'The person who consented is not the owner of the mailbox.',
      remedy: 'Connect the account again, and sign in as the owner of the mailbox in a private browser window.',
    },
  },
} as const satisfies Record<OAuth2Finding['cure'], Readonly<Record<string, Omit<Reason, 'code'>>>>

/** A function, so that bundles without a finding leave out the texts. */
const catalogue = () => ({ ...texts.waiting, ...texts.change, ...texts.consent })
export type OAuth2FindingCode = keyof ReturnType<typeof catalogue>
export const oauth2FindingCodes = () => Object.keys(catalogue()) as OAuth2FindingCode[]

/** @param precise texts that replace those of the catalogue */
export const oauth2Finding = (
  code: OAuth2FindingCode,
  precise: { readonly detail?: string | undefined; readonly remedy?: string | undefined } = {},
): OAuth2Finding => {
  const { detail, remedy } = catalogue()[code]
  const cure = code in texts.waiting ? 'waiting' : code in texts.consent ? 'consent' : 'change'
  return { code, cure, detail: precise.detail ?? detail, remedy: precise.remedy ?? remedy }
}

/**
 * Explains why the tokens' data key is not available. Only `mismatch` needs a new consent; the other failures can be
 * resolved without one.
 */
export const findingOfDataKey = (failure: DataKeyFailure): OAuth2Finding =>
  oauth2Finding(failure === 'mismatch' ? 'tokens-unreadable' : `encryption-key-${failure}`)
