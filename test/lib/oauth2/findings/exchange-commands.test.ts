import { describe, expect, it } from 'vitest'
import { exchangeCommands } from '../../../../lib/oauth2/findings/exchange-commands.ts'

const clientId = '2d4d11a2-f814-46a7-890a-274a72a7309e'
const objectId = 'c2a1f0de-0000-4000-8000-00000000abcd'

describe('exchangeCommands', () => {
  it('exchangeCommands registers the enterprise application’s object id and gives it access to the mailbox', () => {
    expect(exchangeCommands({ clientId, objectId, mailbox: 'desk@contoso.com' })).toEqual([
      'Install-Module -Name ExchangeOnlineManagement -Scope CurrentUser',
      'Connect-ExchangeOnline',
      '# Remove an entry with this AppId but another ObjectId: Remove-ServicePrincipal -Identity <its ObjectId>',
      'Get-ServicePrincipal | Format-List DisplayName, AppId, ObjectId',
      `New-ServicePrincipal -AppId '${clientId}' -ObjectId '${objectId}' -DisplayName 'Postmaster'`,
      `Add-MailboxPermission -Identity 'desk@contoso.com' -User '${objectId}' -AccessRights FullAccess`,
    ])
  })

  it('exchangeCommands looks the object id up if it is unknown', () => {
    const lines = exchangeCommands({ clientId, mailbox: 'desk@contoso.com' })
    expect(lines).toContain(`$objectId = (Get-MgServicePrincipal -Filter 'AppId eq ''${clientId}''').Id`)
    expect(lines.at(-1)).toBe(
      "Add-MailboxPermission -Identity 'desk@contoso.com' -User $objectId -AccessRights FullAccess",
    )
  })

  it.each(["o'brien@contoso.com", 'x’; Remove-Mailbox *; ’@contoso.com', 'a\r\nRemove-Mailbox *', '‘‚‛'])(
    'exchangeCommands quotes %j as one text',
    (mailbox) => {
      const [last = ''] = exchangeCommands({ clientId, objectId, mailbox }).slice(-1)
      expect(last).not.toMatch(/[\r\n]/)
      // Every character that PowerShell treats as a quote is doubled, except the two that begin and end the text.
      const [, inside = ''] =
        /^Add-MailboxPermission -Identity '(.*)' -User '[^']*' -AccessRights FullAccess$/.exec(last) ?? []
      expect(inside.replaceAll(/(['‘’‚‛])\1/g, '')).not.toMatch(/['‘’‚‛]/)
      expect(inside.replaceAll(/(['‘’‚‛])\1/g, '$1')).toBe(mailbox.replace(/[\r\n]+/, ' '))
    },
  )
})
