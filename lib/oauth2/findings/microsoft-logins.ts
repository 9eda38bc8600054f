import { exchangeCommands } from './exchange-commands.ts'
import type { Login, LoginRule } from './login-rules.ts'

const kind = 'microsoft'

/** The application ids of “Office 365 Exchange Online” and “Microsoft Graph”, which version 1 tokens contain. */
const exchangeId = '00000002-0000-0ff1-ce00-000000000000'
const graphId = '00000003-0000-0000-c000-000000000000'

/** Matches outlook.office.com, outlook.office365.com, ps.outlook.com, and the equivalent hosts in the other clouds. */
const isForMail = (audience: string): boolean =>
  /\boutlook\b|webmail\.apps\.mil/i.test(audience) || audience === exchangeId
const isForGraph = (audience: string): boolean => /graph\.microsoft/i.test(audience) || audience === graphId

const guid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i

const audienceOf = ({ claims }: Login): readonly string[] => claims?.audience ?? []
const permissionFor = ({ protocol, isApplication }: Login): string =>
  `${protocol}.${isApplication ? 'AccessAsApp' : 'AccessAsUser.All'}`
const permissionsOf = ({ claims, isApplication }: Login): readonly string[] =>
  (isApplication ? claims?.roles : claims?.scopes) ?? []

/** Problems of a token that Microsoft's mail servers do not report. */
export const microsoftClaims: readonly LoginRule[] = [
  {
    kind,
    when: (login) => audienceOf(login).length > 0 && !audienceOf(login).some(isForMail),
    code: 'wrong-audience',
    texts: (login) => ({
      detail: `The token is for ${audienceOf(login).some(isForGraph) ? 'Microsoft Graph' : audienceOf(login).join(', ')}, but the mail server requires a token for Outlook.`,
      remedy: login.isApplication
        ? 'Reset the provider to the defaults of Postmaster, or set its `clientCredentialsScopes` to the scope of the mail service, for example https://outlook.office365.com/.default.'
        : 'Reset the provider to the defaults of Postmaster, or enter its scopes in full, for example https://outlook.office.com/IMAP.AccessAsUser.All (a scope without the address refers to Microsoft Graph). Then connect the account again.',
    }),
  },
  {
    kind,
    when: (login) =>
      audienceOf(login).length > 0 &&
      !permissionsOf(login).some((name) => name.toLowerCase() === permissionFor(login).toLowerCase()),
    code: 'scope-missing',
    texts: (login) => ({
      detail: `The token lacks the permission ${permissionFor(login)}. Its permissions: ${permissionsOf(login).length === 0 ? 'none' : permissionsOf(login).join(', ')}.`,
      remedy: login.isApplication
        ? `In the Microsoft Entra admin center, open “App registrations”, the app and “API permissions”. Choose “Add a permission”, “APIs my organization uses”, “Office 365 Exchange Online”, “Application permissions”, and add ${permissionFor(login)}. Then choose “Grant admin consent”.`
        : `In the Microsoft Entra admin center, open “App registrations”, the app and “API permissions”, and add the delegated permission ${permissionFor(login)}. The provider’s scopes must also include it. Then connect the account again.`,
    }),
  },
  {
    kind,
    when: ({ claims: { tenant: issuer = '' } = {}, profile: { tenant = '' } }) =>
      guid.test(tenant) && guid.test(issuer) && tenant.toLowerCase() !== issuer.toLowerCase(),
    code: 'wrong-tenant',
    texts: ({ claims, profile }) => ({
      detail: `The token was issued by the directory ${claims?.tenant}, but the profile’s tenant is ${profile.tenant}.`,
    }),
  },
]

/** An application whose setup in Entra ID is correct, so that only Exchange can be the cause. */
export const microsoftApplications: readonly LoginRule[] = [
  {
    kind,
    when: ({ isApplication, isNotConnected }) => isApplication && isNotConnected,
    code: 'application-not-permitted',
    texts: (login) => ({
      detail: `The application is registered with Exchange, but does not have access to the mailbox ${login.user}.`,
      remedy: `In Exchange Online PowerShell, run: ${commandsFor(login).permit}. The change takes up to an hour.`,
    }),
  },
  {
    kind,
    when: ({ isApplication }) => isApplication,
    code: 'application-unknown',
    texts: (login) => ({
      detail:
        'The application’s service principal is not registered with Exchange, or is registered with the wrong object id: that of the app registration instead of that of the enterprise application.',
      remedy: `In Exchange Online PowerShell, remove the wrong service principal (Get-ServicePrincipal, Remove-ServicePrincipal), then run: ${commandsFor(login).register}; ${commandsFor(login).permit}. ${
        login.claims?.objectId === undefined
          ? 'The object id is on the app’s Overview page under “Enterprise applications” in the Microsoft Entra admin center.'
          : 'This object id is from the application’s own token, so it is the right one.'
      }`,
    }),
  },
]

const commandsFor = ({ claims, profile, user }: Login) => {
  const commands = exchangeCommands({ clientId: profile.clientId, objectId: claims?.objectId, mailbox: user })
  const [register = '', permit = ''] = commands.slice(-2)
  return { register, permit }
}

/** A person's mailbox, for a token that shows no problem. */
export const microsoftMailboxes: readonly LoginRule[] = [
  {
    kind,
    when: ({ claims, isNotConnected }) => claims !== undefined && isNotConnected,
    code: 'not-connected',
    texts: (login) => ({
      detail: `Exchange accepts the token but does not open ${login.user} (“User is authenticated but not connected”). Usually ${login.protocol} is disabled for the mailbox, or it has no licence.`,
      remedy: enablingProtocol(login),
    }),
  },
  {
    kind,
    when: ({ claims }) => claims !== undefined,
    code: 'protocol-disabled',
    texts: (login) => ({
      detail: `The token shows no problem, so ${login.protocol} is probably disabled for ${login.user}.`,
      remedy: enablingProtocol(login),
    }),
  },
]

const enablingProtocol = ({ protocol, user }: Login): string =>
  `In the Microsoft 365 admin center, go to “Users”, “Active users”, the person, “Mail”, “Manage email apps”, and select ${protocol} ` +
  `(in PowerShell: Set-CASMailbox -Identity ${user} ${protocol === 'IMAP' ? '-ImapEnabled' : '-PopEnabled'} $true). Check that the mailbox has a licence for Exchange Online.`
