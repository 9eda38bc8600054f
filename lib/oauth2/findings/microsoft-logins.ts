import { mailboxUserOf } from '../../accounts/mailbox-key.ts'
import { accountTypeFacts } from '../../mailbox/account-type.ts'
import type { OAuth2Finding } from '../oauth2-error.ts'
import { exchangeCommands } from './exchange-commands.ts'
import { oauth2Findings } from './oauth2-findings.ts'
import type { RefusedLogin, TokenUse } from './refused-login.ts'

/** The application ids of “Office 365 Exchange Online” and “Microsoft Graph”, which version 1 tokens contain. */
const exchangeId = '00000002-0000-0ff1-ce00-000000000000'
const graphId = '00000003-0000-0000-c000-000000000000'

/** Matches outlook.office.com, outlook.office365.com, ps.outlook.com, and the equivalent hosts in the other clouds. */
const isForMail = (audience: string): boolean =>
  /\boutlook\b|webmail\.apps\.mil/i.test(audience) || audience === exchangeId
const isForGraph = (audience: string): boolean => /graph\.microsoft/i.test(audience) || audience === graphId

const guid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i

/**
 * Checks a token for problems that Microsoft's mail servers do not report.
 * @returns undefined if nothing is wrong
 */
export const microsoftClaimsFinding = (use: TokenUse): OAuth2Finding | undefined =>
  audienceFinding(use) ?? permissionFinding(use) ?? tenantFinding(use)

const audienceFinding = ({ claims, profile }: TokenUse): OAuth2Finding | undefined => {
  const audience = claims?.audience ?? []
  if (audience.length === 0 || audience.some(isForMail)) return undefined
  const isApplication = profile.grant === 'client_credentials'
  const service = audience.some(isForGraph) ? 'Microsoft Graph' : audience.join(', ')
  return {
    ...oauth2Findings['wrong-audience'],
    detail: `The token is for ${service}, but the mail server requires a token for Outlook.`,
    remedy: isApplication
      ? 'Reset the provider to the defaults of Postmaster, or set its `clientCredentialsScopes` to the scope of the mail service, for example https://outlook.office365.com/.default.'
      : 'Reset the provider to the defaults of Postmaster, or enter its scopes in full, for example https://outlook.office.com/IMAP.AccessAsUser.All (a scope without the address refers to Microsoft Graph). Then connect the account again.',
  }
}

const permissionFinding = ({ claims, profile, account }: TokenUse): OAuth2Finding | undefined => {
  if (!claims || claims.audience.length === 0) return undefined
  const protocol = accountTypeFacts(account.type).protocol === 'imap' ? 'IMAP' : 'POP'
  const isApplication = profile.grant === 'client_credentials'
  const needed = `${protocol}.${isApplication ? 'AccessAsApp' : 'AccessAsUser.All'}`
  const given = isApplication ? claims.roles : claims.scopes
  if (given.some((name) => name.toLowerCase() === needed.toLowerCase())) return undefined
  const has = given.length === 0 ? 'none' : given.join(', ')
  return {
    ...oauth2Findings['scope-missing'],
    detail: `The token lacks the permission ${needed}. Its permissions: ${has}.`,
    remedy: isApplication
      ? `In the Microsoft Entra admin center, open “App registrations”, the app and “API permissions”. Choose “Add a permission”, “APIs my organization uses”, “Office 365 Exchange Online”, “Application permissions”, and add ${needed}. Then choose “Grant admin consent”.`
      : `In the Microsoft Entra admin center, open “App registrations”, the app and “API permissions”, and add the delegated permission ${needed}. The provider’s scopes must also include it. Then connect the account again.`,
  }
}

const tenantFinding = ({ claims, profile }: TokenUse): OAuth2Finding | undefined => {
  const { tenant = '' } = profile
  const signedInTo = claims?.tenant ?? ''
  if (!guid.test(tenant) || !guid.test(signedInTo) || tenant.toLowerCase() === signedInTo.toLowerCase())
    return undefined
  return {
    ...oauth2Findings['wrong-tenant'],
    detail: `The token was issued by the directory ${signedInTo}, but the profile’s tenant is ${tenant}.`,
  }
}

/** The finding for an application whose setup in Entra ID is correct, so that only Exchange can be the cause. */
export const microsoftApplicationFinding = (login: RefusedLogin, isNotConnected: boolean): OAuth2Finding => {
  const { claims, profile, account } = login
  const mailbox = mailboxUserOf(account)
  const objectId = claims?.objectId
  const commands = exchangeCommands({ clientId: profile.clientId, objectId, mailbox })
  const [register = '', permit = ''] = commands.slice(-2)
  if (isNotConnected)
    return {
      ...oauth2Findings['application-not-permitted'],
      detail: `The application is registered with Exchange, but does not have access to the mailbox ${mailbox}.`,
      remedy: `In Exchange Online PowerShell, run: ${permit}. The change takes up to an hour.`,
    }
  return {
    ...oauth2Findings['application-unknown'],
    detail:
      'The application’s service principal is not registered with Exchange, or is registered with the wrong object id: that of the app registration instead of that of the enterprise application.',
    remedy: `In Exchange Online PowerShell, remove the wrong service principal (Get-ServicePrincipal, Remove-ServicePrincipal), then run: ${register}; ${permit}. ${whereObjectIdIs(objectId)}`,
  }
}

const whereObjectIdIs = (objectId: string | undefined): string =>
  objectId === undefined
    ? 'The object id is on the app’s Overview page under “Enterprise applications” in the Microsoft Entra admin center.'
    : 'This object id is from the application’s own token, so it is the right one.'

/** The finding for a rejected login whose token shows no problem. */
export const microsoftMailboxFinding = ({ account }: RefusedLogin, isNotConnected: boolean): OAuth2Finding => {
  const mailbox = mailboxUserOf(account)
  const protocol = accountTypeFacts(account.type).protocol === 'imap' ? 'IMAP' : 'POP'
  const setting = protocol === 'IMAP' ? '-ImapEnabled $true' : '-PopEnabled $true'
  const remedy =
    `In the Microsoft 365 admin center, go to “Users”, “Active users”, the person, “Mail”, “Manage email apps”, and select ${protocol} ` +
    `(in PowerShell: Set-CASMailbox -Identity ${mailbox} ${setting}). Check that the mailbox has a licence for Exchange Online.`
  return isNotConnected
    ? {
        ...oauth2Findings['not-connected'],
        detail: `Exchange accepts the token but does not open ${mailbox} (“User is authenticated but not connected”). Usually ${protocol} is disabled for the mailbox, or it has no licence.`,
        remedy,
      }
    : {
        ...oauth2Findings['protocol-disabled'],
        detail: `The token shows no problem, so ${protocol} is probably disabled for ${mailbox}.`,
        remedy,
      }
}
