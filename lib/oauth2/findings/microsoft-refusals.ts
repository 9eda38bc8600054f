import type { RefusalRule } from './refusal-rules.ts'

const entra = 'In the Microsoft Entra admin center'
const registration = `${entra}, open “App registrations” and the app`
const enterprise = `${entra}, open “Enterprise applications” and the app`
const tenantId =
  'Set the profile’s tenant to the “Directory (tenant) ID” on the Overview page of the app registration in the Microsoft Entra admin center.'
const signInLogs = `${entra}, find the rule under “Sign-in logs” and ask its owner to let the app through`
const again = 'the account again (`postmaster oauth2 connect ACCOUNT`)'

/**
 * Numbers and meanings are from learn.microsoft.com/entra/identity-platform/reference-error-codes. Microsoft reserves
 * the right to change them, so a number that is not listed here is ignored and only its `error` is read. Not on that
 * page, but seen in practice: 50012 with secrets, 650053, 900023, 7000229, 9002327.
 */
export const microsoftRefusals: readonly RefusalRule[] = [
  // --- client secret --------------------------------------------------------------------------------------------------
  {
    errors: [7000215, 70002, 50012, 700027],
    code: 'client-secret-rejected',
    detail: 'The profile’s client secret is wrong. Often it is the secret’s ID instead of its value.',
    remedy: `${registration}, then “Certificates & secrets”. Create a new client secret, copy it from the column “Value” (not “Secret ID”), and set it in the profile.`,
  },
  {
    errors: [7000222],
    code: 'client-secret-expired',
    remedy: `${registration}, then “Certificates & secrets”. Create a new client secret and set its value in the profile. The secret works for every account of the profile without a new consent.`,
  },
  {
    errors: [7000218],
    code: 'client-secret-missing',
    detail: 'The app is registered as a web application, which requires a client secret, but the profile has none.',
    remedy: `${registration}, then “Certificates & secrets”. Create a client secret and set its value in the profile.`,
  },
  {
    errors: [700025],
    code: 'client-secret-not-wanted',
    remedy: `${registration}, then “Authentication”. Add the redirect URI under the platform “Web” instead of “Mobile and desktop applications”, or remove the client secret from the profile.`,
  },
  // --- tenant and app -------------------------------------------------------------------------------------------------
  {
    errors: [90002, 900023, 90019, 50059, 50128],
    code: 'wrong-tenant',
    detail: 'Microsoft has no directory that matches the profile’s tenant.',
    remedy: tenantId,
  },
  {
    errors: [90038, 90043, 900382, 900432],
    code: 'wrong-tenant',
    detail: 'The profile’s tenant belongs to another Microsoft cloud, for example a government’s or China’s.',
    remedy:
      'Add a provider of your own with the endpoints of that cloud (login.microsoftonline.us, login.partner.microsoftonline.cn).',
  },
  {
    errors: [50194, 90124, 90130, 9001023],
    code: 'wrong-tenant',
    detail: 'The app is for one directory only, but the profile’s tenant is a general one, for example `common`.',
    remedy: tenantId,
  },
  {
    errors: [700005],
    code: 'wrong-tenant',
    detail: 'The person signed in to a directory other than the profile’s tenant.',
    remedy: tenantId,
  },
  {
    errors: [700016, 700011, 90099, 70001, 7000229],
    code: 'client-unknown',
    detail: 'The directory of the profile’s tenant has no app with the profile’s client id.',
    remedy: `${registration}. Copy “Application (client) ID” and “Directory (tenant) ID” from its Overview page into the profile.`,
  },
  {
    errors: [7000112, 1000031],
    code: 'client-disabled',
    remedy: `${enterprise}, then “Properties”. Set “Enabled for users to sign-in?” to Yes.`,
  },
  {
    errors: [50011, 900971, 70004],
    code: 'redirect-uri-mismatch',
    remedy: `${registration}, then “Authentication”. Add Postmaster’s redirect URI under the platform “Web”, exactly as the profile shows it.`,
  },
  {
    errors: [9002327, 700084],
    code: 'redirect-uri-mismatch',
    detail: 'The redirect URI is registered for a single-page application, whose consents expire after a day.',
    remedy: `${registration}, then “Authentication”. Remove the redirect URI under “Single-page application”, add it under “Web”, and connect ${again}.`,
  },
  // --- permissions ----------------------------------------------------------------------------------------------------
  {
    errors: [65001, 65002],
    code: 'consent-missing',
    detail:
      'The permissions that Postmaster requests have not been consented to. The consent was never given or was withdrawn, or the app’s permissions have changed.',
    remedy: `Connect ${again}. If people may not consent themselves, ask an administrator to open the app’s “API permissions” and choose “Grant admin consent”.`,
  },
  {
    errors: [65004],
    code: 'consent-declined',
    detail: 'The person who signed in chose not to allow the app to read the mailbox.',
    remedy: 'Open the link again and choose “Accept”.',
  },
  {
    errors: [90094, 90095, 90093, 90008],
    code: 'admin-approval-needed',
    remedy: `Ask an administrator to open “App registrations”, the app and “API permissions” in the Microsoft Entra admin center, and to choose “Grant admin consent”. Then connect ${again}.`,
  },
  {
    errors: [650056, 650057, 65005],
    code: 'permission-missing',
    detail: 'The app’s registration has no permission for Exchange Online.',
    remedy: `${registration}, then “API permissions”. Add IMAP.AccessAsUser.All or POP.AccessAsUser.All (for app-only access, add IMAP.AccessAsApp or POP.AccessAsApp of “Office 365 Exchange Online”). Choose “Grant admin consent”, and connect ${again}.`,
  },
  {
    errors: [500011, 650052, 650054, 50001, 28002, 28003, 70011, 650053, 700022, 700023, 901002],
    code: 'scope-unknown',
    detail: 'Microsoft does not support a requested scope, or the directory has no Exchange Online.',
    remedy:
      'Reset the provider `microsoft` to the defaults of Postmaster, and check that the tenant is the one whose mailboxes are in Exchange Online.',
  },
  // --- consents that ended --------------------------------------------------------------------------------------------
  {
    errors: [700082, 50089],
    code: 'grant-expired',
    detail: 'The consent has expired because it was not used for a long time.',
    remedy: `Connect ${again}.`,
  },
  {
    errors: [70043],
    code: 'grant-expired',
    detail:
      'The organisation limits how long a sign-in lasts (Conditional Access, sign-in frequency), and that time is over.',
    remedy: `Connect ${again}. An administrator can exempt the account from “Sign-in frequency”.`,
  },
  {
    errors: [70008],
    code: 'grant-expired',
    detail: 'The consent, or the code of a sign-in that took too long, has expired or was revoked.',
    remedy: `Connect ${again}.`,
  },
  {
    errors: [50173, 50132, 50133],
    code: 'grant-revoked',
    detail:
      'The consent was revoked, for example because an administrator reset the person’s password or revoked their sessions.',
    remedy: `Connect ${again}.`,
  },
  {
    errors: [70000],
    code: 'grant-revoked',
    detail:
      'Microsoft no longer accepts the stored consent. It was withdrawn, or it was given to another app or for other scopes.',
    remedy: `Connect ${again}.`,
  },
  { errors: [54005, 501481, 50147], code: 'code-expired' },
  // --- persons --------------------------------------------------------------------------------------------------------
  {
    errors: [50020, 50034, 16000, 16003, 51004, 50014, 90072, 50197, 500208],
    code: 'person-unknown',
    detail: 'The person who signed in has no account in the directory of the profile’s tenant.',
    remedy:
      'Open the link in a private browser window and sign in with the mailbox’s own work account. If the mailbox is in another directory, correct the profile’s tenant.',
  },
  {
    errors: [50057],
    code: 'person-blocked',
    detail: 'The account of the person who consented is disabled.',
    remedy: `${entra}, open “Users” and the person, and enable the account. Otherwise have another person consent.`,
  },
  {
    errors: [50055, 50144, 50053, 53011, 50126, 50056],
    code: 'person-blocked',
    detail: 'The person who consented cannot sign in. The password has expired, or the account is locked.',
    remedy: 'Ask that person to sign in at https://www.office.com first. Then connect the account again.',
  },
  {
    errors: [50105],
    code: 'person-not-assigned',
    remedy: `${enterprise}, then “Users and groups”, and add the person. Otherwise set “Assignment required?” to No under “Properties”.`,
  },
  {
    errors: [50076, 50074, 50078, 50079, 50072, 50158, 50161, 53004, 53010, 700020, 50058, 50097],
    code: 'interaction-needed',
    detail: 'The organisation requires the person to sign in again with a second factor.',
    remedy: `Connect ${again}, and complete the second factor. An administrator can exempt the account from the second factor.`,
  },
  {
    errors: [
      53003, 53000, 53001, 53002, 530032, 530034, 530035, 50005, 50129, 50131, 50155, 50187, 500212, 500213, 50002,
    ],
    code: 'sign-in-policy',
    detail: 'One of the organisation’s Conditional Access rules blocks the sign-in.',
    remedy: `${signInLogs}, or exempt the account that consents.`,
  },
  // --- the service ----------------------------------------------------------------------------------------------------
  {
    errors: [50033, 50087, 40010, 90006, 90012, 90024, 90033, 90055, 90090, 90091, 50196, 70012, 50000],
    code: 'provider-unavailable',
  },
  { errors: [9002313, 900144, 90014, 90013, 90004, 90100, 90023, 70003, 900561, 90015], code: 'request-refused' },
]
