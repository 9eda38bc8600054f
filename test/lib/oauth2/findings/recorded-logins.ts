import type { RefusedLogin } from '../../../../lib/oauth2/findings/login-rules.ts'
import type { OAuth2FindingCode } from '../../../../lib/oauth2/findings/oauth2-findings.ts'
import { claimsOf } from '../../../../lib/oauth2/findings/token-claims.ts'
import { applicationClaims, contoso, delegatedClaims, fabrikam, jwtOf } from './sample-tokens.ts'

export interface RecordedLogin {
  readonly title: string
  readonly login: RefusedLogin
  /** Undefined if the failure is not about the token. */
  readonly code: OAuth2FindingCode | undefined
  readonly names?: RegExp
}

type Sketch = Partial<Omit<RefusedLogin, 'account' | 'profile' | 'claims'>> & {
  readonly account?: Partial<RefusedLogin['account']>
  readonly profile?: Partial<RefusedLogin['profile']>
  readonly claims?: unknown
}

const clientId = delegatedClaims.appid

const login = ({ claims, account, profile, ...rest }: Sketch): RefusedLogin => ({
  code: 'token-refused',
  detail: 'The mail server rejected the access token. Server response: AUTHENTICATE failed.',
  provider: { kind: 'microsoft' },
  account: { type: 'IMAPS', username: 'desk@contoso.com', ...account },
  profile: { grant: 'authorization_code', tenant: contoso, clientId, ...profile },
  claims: claims === undefined ? undefined : claimsOf(jwtOf(claims)),
  ...rest,
})

const notConnected = { detail: 'Server response: User is authenticated but not connected.' }
const application = { claims: applicationClaims, profile: { grant: 'client_credentials' as const } }
const google = { provider: { kind: 'google' as const }, account: { username: 'desk@example.com' } }
const custom = { provider: { kind: 'custom' as const } }

export const recordedLogins: readonly RecordedLogin[] = [
  // --- Microsoft, a person's token ------------------------------------------------------------------------------------
  {
    title: 'a token for Graph',
    login: login({ claims: { ...delegatedClaims, aud: 'https://graph.microsoft.com', scp: 'IMAP.AccessAsUser.All' } }),
    code: 'wrong-audience',
    names: /Microsoft Graph.*outlook\.office\.com\/IMAP/,
  },
  {
    title: 'a token for Graph by its application id',
    login: login({ claims: { ...delegatedClaims, aud: '00000003-0000-0000-c000-000000000000' } }),
    code: 'wrong-audience',
    names: /Microsoft Graph/,
  },
  {
    title: 'a token for another service',
    login: login({ claims: { ...delegatedClaims, aud: 'https://management.azure.com/' } }),
    code: 'wrong-audience',
    names: /management\.azure\.com/,
  },
  {
    title: 'a token for SMTP only',
    login: login({ claims: { ...delegatedClaims, scp: 'SMTP.Send' } }),
    code: 'scope-missing',
    names: /IMAP\.AccessAsUser\.All\. Its permissions: SMTP\.Send/,
  },
  {
    title: 'a token for IMAP, used for POP3',
    login: login({ claims: { ...delegatedClaims, scp: 'IMAP.AccessAsUser.All' }, account: { type: 'POP3S' } }),
    code: 'scope-missing',
    names: /POP\.AccessAsUser\.All/,
  },
  {
    title: 'a token of another directory',
    login: login({ claims: { ...delegatedClaims, tid: fabrikam } }),
    code: 'wrong-tenant',
    names: new RegExp(`${fabrikam}.*${contoso}`),
  },
  {
    title: 'a token of the directory, named by its domain',
    login: login({ claims: { ...delegatedClaims, tid: fabrikam }, profile: { tenant: 'contoso.com' } }),
    code: 'protocol-disabled',
  },
  {
    title: 'the right token of the wrong person',
    login: login({ claims: { ...delegatedClaims, upn: 'admin@contoso.com' } }),
    code: 'wrong-person',
    names: /admin@contoso\.com gave consent.*sign in as desk@contoso\.com/,
  },
  {
    title: 'the right token of the wrong person, accepted but not connected',
    login: login({ ...notConnected, claims: { ...delegatedClaims, upn: 'admin@contoso.com' } }),
    code: 'wrong-person',
  },
  {
    title: 'a person without access to the shared mailbox',
    login: login({ ...notConnected, claims: delegatedClaims, account: { mailbox: 'support@contoso.com' } }),
    code: 'mailbox-not-permitted',
    names: /desk@contoso\.com gave consent.*support@contoso\.com.*Full Access/,
  },
  {
    title: 'an unexpected person, for a shared mailbox',
    login: login({
      claims: { ...delegatedClaims, upn: 'jane@contoso.com' },
      account: { mailbox: 'support@contoso.com' },
    }),
    code: 'wrong-person',
    names: /jane@contoso\.com gave consent but may not open the mailbox support@contoso\.com/,
  },
  {
    title: 'the right person in another case, authenticated but not connected',
    login: login({ ...notConnected, claims: { ...delegatedClaims, upn: 'Desk@Contoso.com' } }),
    code: 'not-connected',
    names: /Manage email apps.*Set-CASMailbox.*-ImapEnabled/,
  },
  {
    title: 'the right person, authenticated but not connected when the folder is opened',
    login: login({ ...notConnected, code: 'folder-missing', claims: delegatedClaims }),
    code: 'not-connected',
  },
  {
    title: 'the right token of the right person, rejected',
    login: login({ claims: delegatedClaims }),
    code: 'protocol-disabled',
    names: /IMAP is probably disabled/,
  },
  {
    title: 'the right token of the right person, rejected over POP3',
    login: login({
      claims: delegatedClaims,
      detail: 'Server response: Authentication failure: unknown user name or bad password.',
      account: { type: 'POP3S' },
    }),
    code: 'protocol-disabled',
    names: /POP is probably disabled.*-PopEnabled/,
  },
  {
    title: 'a mailbox that the server reports as closed to IMAP',
    login: login({ detail: 'Server response: IMAP is disabled for this mailbox.', claims: delegatedClaims }),
    code: 'protocol-disabled',
  },
  {
    title: 'a personal account, whose tokens cannot be read',
    login: login({ detail: 'Server response: AUTHENTICATE failed.' }),
    code: 'token-refused',
  },
  {
    title: 'a personal account that is not connected',
    login: login(notConnected),
    code: 'not-connected',
  },
  {
    title: 'a personal account of another person, as recorded at the consent',
    login: login({ consentedBy: 'jane@outlook.com', account: { username: 'desk@outlook.com' } }),
    code: 'wrong-person',
    names: /jane@outlook\.com gave consent/,
  },
  // --- Microsoft, an application's token ------------------------------------------------------------------------------
  {
    title: 'a service principal that is not registered with Exchange, or with the wrong object id',
    login: login(application),
    code: 'application-unknown',
    names: /enterprise application.*New-ServicePrincipal -AppId '2d4d11a2.*-ObjectId 'c2a1f0de/,
  },
  {
    title: 'a service principal without access to the mailbox',
    login: login({ ...application, ...notConnected }),
    code: 'application-not-permitted',
    names: /Add-MailboxPermission -Identity 'desk@contoso\.com' -User 'c2a1f0de/,
  },
  {
    title: 'an application without the role',
    login: login({ ...application, claims: { ...applicationClaims, roles: ['Mail.Read'] } }),
    code: 'scope-missing',
    names: /IMAP\.AccessAsApp\. Its permissions: Mail\.Read.*Grant admin consent/,
  },
  {
    title: 'an application without any role',
    login: login({ ...application, claims: { ...applicationClaims, roles: undefined } }),
    code: 'scope-missing',
    names: /Its permissions: none/,
  },
  {
    title: 'an application’s token for Graph',
    login: login({ ...application, claims: { ...applicationClaims, aud: 'https://graph.microsoft.com' } }),
    code: 'wrong-audience',
    names: /outlook\.office365\.com\/\.default/,
  },
  {
    title: 'an application whose token cannot be read',
    login: login({ ...application, claims: undefined }),
    code: 'application-unknown',
    names: /Overview page/,
  },
  // --- Google ---------------------------------------------------------------------------------------------------------
  {
    title: 'Gmail with IMAP disabled',
    login: login({
      ...google,
      code: 'mailbox-refused',
      detail: 'Server response: [ALERT] Your account is not enabled for IMAP use. Please enable IMAP. (Failure)',
    }),
    code: 'protocol-disabled',
    names: /Forwarding and POP\/IMAP/,
  },
  {
    title: 'Gmail with POP disabled',
    login: login({
      ...google,
      detail: 'Server response: [SYS/PERM] Your account is not enabled for POP access.',
      account: { type: 'POP3S', username: 'desk@example.com' },
    }),
    code: 'protocol-disabled',
    names: /enable POP/,
  },
  {
    title: 'a Workspace with IMAP disabled',
    login: login({ ...google, detail: 'Server response: IMAP access is disabled for your domain.' }),
    code: 'protocol-disabled',
    names: /Google Admin console/,
  },
  {
    title: 'another Google account',
    login: login({ ...google, consentedBy: 'jane@example.com' }),
    code: 'wrong-person',
  },
  {
    title: 'a delegated mailbox at Google',
    login: login({ ...google, account: { username: 'desk@example.com', mailbox: 'support@example.com' } }),
    code: 'mailbox-not-permitted',
    names: /sign in as support@example\.com/,
  },
  {
    title: 'Gmail’s challenge',
    login: login({ ...google, detail: 'Server response: Invalid credentials (Failure) (status 400, schemes Bearer)' }),
    code: 'token-refused',
    names: /another Google account gave consent/,
  },
  // --- any other provider ---------------------------------------------------------------------------------------------
  {
    title: 'RFC 7628’s insufficient_scope',
    login: login({ ...custom, detail: 'Server response: no (status insufficient_scope, scope mail)' }),
    code: 'scope-missing',
  },
  {
    title: 'RFC 7628’s invalid_token',
    login: login({ ...custom, detail: 'Server response: no (status invalid_token)' }),
    code: 'token-refused',
  },
  {
    title: 'another person',
    login: login({ ...custom, claims: { email: 'other@example.com' }, account: { username: 'desk@example.com' } }),
    code: 'wrong-person',
  },
  {
    title: 'a shared mailbox',
    login: login({ ...custom, account: { username: 'desk@example.com', mailbox: 'shared@example.com' } }),
    code: 'mailbox-not-permitted',
  },
  {
    title: 'an application',
    login: login({ ...custom, profile: { grant: 'client_credentials' } }),
    code: 'token-refused',
  },
  // --- nothing about a token ------------------------------------------------------------------------------------------
  {
    title: 'a server that does not answer',
    login: login({ code: 'connection-timed-out', detail: 'The server did not answer in time.' }),
    code: undefined,
  },
  {
    title: 'a missing folder',
    login: login({ code: 'folder-missing', detail: 'The folder does not exist in this mailbox.' }),
    code: undefined,
  },
  {
    title: 'a server without OAuth2',
    login: login({ code: 'oauth2-unsupported', detail: 'The server offers no way of logging in with a token.' }),
    code: undefined,
  },
  {
    title: 'a throttled login',
    login: login({ code: 'throttled', detail: 'Request is throttled.' }),
    code: undefined,
  },
]
