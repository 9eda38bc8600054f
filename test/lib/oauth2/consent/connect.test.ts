import { expect, it } from 'vitest'
import { proveGrant } from '../../../../lib/oauth2/consent/connect.ts'
import type { OAuth2Error } from '../../../../lib/oauth2/oauth2-error.ts'
import { shippedProvider } from '../../../../lib/oauth2/providers/built-in-providers.ts'
import { account } from '../../../support/account-rows.ts'
import { passedTest } from '../../../support/consent-world.ts'
import { profile } from '../../../support/oauth2-setup.ts'

it('proveGrant does not send a new token to a mail server that may not receive it', async () => {
  const provider = shippedProvider('microsoft')
  if (!provider) throw new Error('not shipped')
  const probed: string[] = []
  const prove = (host: string) =>
    proveGrant(
      async (settings) => {
        probed.push(settings.host)
        return passedTest()
      },
      { account: account({ host }), profile: profile(), provider },
      { accessToken: 'access-1', refreshToken: 'refresh-1' },
      new AbortController().signal,
    )
  await expect(prove('outlook.office365.com.evil.test')).rejects.toEqual(
    expect.objectContaining<Partial<OAuth2Error>>({ finding: expect.objectContaining({ code: 'host-not-allowed' }) }),
  )
  expect(probed).toEqual([])
  expect((await prove('outlook.office365.com')).verdict).toBe('proven')
  expect(probed).toEqual(['outlook.office365.com'])
})
