import { describe, expect, it } from 'vitest'
import { findingOfClaims, findingOfLogin } from '../../../../lib/oauth2/findings/mail-server-refusals.ts'
import { claimsOf } from '../../../../lib/oauth2/findings/token-claims.ts'
import { recordedLogins } from './recorded-logins.ts'
import { contoso, delegatedClaims, jwtOf } from './sample-tokens.ts'

describe('findingOfLogin', () => {
  it.each(recordedLogins)(
    'findingOfLogin explains a rejected login: $login.provider.kind, $title',
    ({ login, code, names }) => {
      const finding = findingOfLogin(login)
      expect(finding?.code).toBe(code)
      if (!finding) return
      expect(`${finding.detail} ${finding.remedy}`).toMatch(names ?? /./)
      for (const text of [finding.detail, finding.remedy]) {
        expect(text).toMatch(/^[A-Za-z].{10,}[.)]$/s)
        expect(text.length).toBeLessThan(600)
      }
    },
  )
})

describe('findingOfClaims', () => {
  it.each([
    'https://outlook.office.com',
    'https://outlook.office.com/',
    'https://outlook.office365.com',
    'https://ps.outlook.com',
    'https://outlook.office365.us',
    'https://partner.outlook.cn',
    '00000002-0000-0ff1-ce00-000000000000',
  ])('findingOfClaims accepts the Outlook audience %s', (aud) => {
    const finding = findingOfClaims({
      claims: claimsOf(jwtOf({ ...delegatedClaims, aud })),
      account: { type: 'IMAPS', username: 'desk@contoso.com' },
      profile: { grant: 'authorization_code', tenant: contoso, clientId: delegatedClaims.appid },
      provider: { kind: 'microsoft' },
    })
    expect(finding).toBeUndefined()
  })
})
