import { printable } from '../../text/printable.ts'

export interface ExchangeApplication {
  /** “Application (client) ID”. */
  readonly clientId: string
  /** Of the enterprise application (`oid` of an application's own token), never of the app registration. Left out: a line looks it up. */
  readonly objectId?: string | undefined
  /** The mailbox to open; one set of permissions for each. */
  readonly mailbox: string
}

/**
 * What an administrator runs in PowerShell once, so that Exchange Online lets an application into a mailbox on its own: its service principal is
 * made known to Exchange, and given the mailbox. learn.microsoft.com/exchange/client-developer/legacy-protocols/
 * how-to-authenticate-an-imap-pop-smtp-application-by-using-oauth; …/powershell/module/exchangepowershell/new-serviceprincipal.
 */
export const exchangeCommands = ({ clientId, objectId, mailbox }: ExchangeApplication): string[] => {
  const app = quoted(clientId)
  const object = objectId === undefined ? '$objectId' : quoted(objectId)
  return [
    'Install-Module -Name ExchangeOnlineManagement -Scope CurrentUser',
    ...(objectId === undefined ? objectIdCommands(clientId) : []),
    'Connect-ExchangeOnline',
    '# One with this AppId and another ObjectId is wrong: Remove-ServicePrincipal -Identity <its ObjectId>',
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

/** One literal for PowerShell, whatever is in it: it takes typographic quotes for quotes, too (about_Quoting_Rules). */
const quoted = (text: string): string => `'${printable(text).replace(/['\u2018\u2019\u201a\u201b]/g, '$&$&')}'`

const odata = (text: string): string => text.replaceAll("'", "''")
