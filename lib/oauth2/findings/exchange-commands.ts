import { printable } from '../../text/printable.ts'

export interface ExchangeApplication {
  /** “Application (client) ID”. */
  readonly clientId: string
  /**
   * Object id of the enterprise application (`oid` in the application's own token), not of the app registration.
   * If it is missing, the commands look it up.
   */
  readonly objectId?: string | undefined
  /** The mailbox to open. Each mailbox needs its own permission. */
  readonly mailbox: string
}

/**
 * The PowerShell commands that an administrator runs once, so that Exchange Online lets an application open a mailbox.
 * They register the application's service principal with Exchange and give it access to the mailbox.
 * learn.microsoft.com/exchange/client-developer/legacy-protocols/
 * how-to-authenticate-an-imap-pop-smtp-application-by-using-oauth;
 * …/powershell/module/exchangepowershell/new-serviceprincipal.
 */
export const exchangeCommands = ({ clientId, objectId, mailbox }: ExchangeApplication): string[] => {
  const app = quoted(clientId)
  const object = objectId === undefined ? '$objectId' : quoted(objectId)
  return [
    'Install-Module -Name ExchangeOnlineManagement -Scope CurrentUser',
    ...(objectId === undefined ? objectIdCommands(clientId) : []),
    'Connect-ExchangeOnline',
    '# Remove an entry with this AppId but another ObjectId: Remove-ServicePrincipal -Identity <its ObjectId>',
    'Get-ServicePrincipal | Format-List DisplayName, AppId, ObjectId',
    `New-ServicePrincipal -AppId ${app} -ObjectId ${object} -DisplayName 'Postmaster'`,
    `Add-MailboxPermission -Identity ${quoted(mailbox)} -User ${object} -AccessRights FullAccess`,
  ]
}

const objectIdCommands = (clientId: string): string[] => [
  'Install-Module -Name Microsoft.Graph.Applications -Scope CurrentUser',
  "Connect-MgGraph -Scopes 'Application.Read.All'",
  `$objectId = (Get-MgServicePrincipal -Filter ${quoted(`AppId eq '${odata(clientId)}'`)}).Id`,
]

/**
 * Quotes any text as one PowerShell literal. PowerShell also treats typographic quotes as quotes (about_Quoting_Rules).
 */
const quoted = (text: string): string => `'${printable(text).replace(/['\u2018\u2019\u201a\u201b]/g, '$&$&')}'`

const odata = (text: string): string => text.replaceAll("'", "''")
