import type { Page } from 'playwright-core'
import { beforeAll, describe, expect, it } from 'vitest'
import * as z from 'zod'
import { consentInBrowser } from '../../oauth2-server/browser/consent.ts'
import { providerOf } from '../../support/oauth2-stack.ts'
import { accountOn } from '../../support/stack.ts'
import { axeViolations } from '../support/axe.ts'
import { pageTests } from '../support/page-tests.ts'
import { mailboxPassword } from '../support/page-world.ts'
import { press } from './account-form.ts'

const owner = { email: 'owner@example.com', password: mailboxPassword }
const world = pageTests({ mailboxes: [owner.email] })
const path = '/admin/oauth2'
const listed = z.object({ items: z.array(z.looseObject({ profileId: z.string(), name: z.string() })) })

beforeAll(async () => {
  const { api, signInService } = world()
  await api.good('POST', '/oauth2/providers', { body: providerOf(signInService) })
})

const menuOf = async (page: Page, profile: string, item: string): Promise<void> => {
  await press(page, `Actions for ${profile}`)
  await page.getByRole('menuitem', { name: item, exact: true }).click()
}
const profileIdOf = async (name: string): Promise<string> => {
  const { items } = listed.parse((await world().api.good('GET', '/oauth2/profiles')).body)
  return items.find((profile) => profile.name === name)?.profileId ?? ''
}

describe('OAuth2 profiles', () => {
  it('a profile is added, and the redirect URI to register with the provider is shown', async () => {
    const { signInService } = world()
    const page = await world().openPage({ path })
    await page.getByText('There are no profiles yet.').waitFor()
    await press(page, 'Add profile')
    const form = page.getByRole('dialog', { name: 'Add profile' })
    await form.getByRole('textbox', { name: 'Name' }).fill('Desk')
    await form.getByRole('button', { name: 'Provider' }).click()
    await page.getByRole('option', { name: 'Login of Example Ltd' }).click()
    await form.getByRole('textbox', { name: 'Client id' }).fill(signInService.clients.confidential.clientId)
    await form.getByLabel('Client secret').fill('mistyped')
    await form.getByRole('textbox', { name: 'Secret expires' }).fill('2099-12-31')
    expect(await axeViolations(page)).toEqual([])
    await form.getByRole('button', { name: 'Save' }).click()

    const register = page.getByRole('dialog', { name: 'Register the redirect URI' })
    const redirectUri = await register.getByText(/\/oauth2\/callback$/).textContent()
    signInService.allowRedirect(redirectUri ?? '')
    await register.getByRole('button', { name: 'Close' }).last().click()
    await page
      .getByRole('row', { name: /Desk Login of Example Ltd/ })
      .getByText('31 Dec 2099')
      .waitFor()
  })

  it('the doctor names a wrong client secret, and after its replacement the doctor finds nothing wrong', async () => {
    const { api, mail, signInService } = world()
    const profileId = await profileIdOf('Desk')
    const account = await api.createAccount({
      ...accountOn(mail, 'IMAPS', owner.email),
      authentication: 'oauth2',
      profileId,
    })
    const page = await world().openPage({ path: `/admin/accounts/${account.accountId}` })
    await press(page, 'Examine')
    await page.getByText('The provider rejected the profile’s client id or client secret.').first().waitFor()
    expect(await axeViolations(page)).toEqual([])

    await page.getByRole('link', { name: 'OAuth2', exact: true }).click()
    await menuOf(page, 'Desk', 'Replace secret')
    const form = page.getByRole('dialog', { name: 'Replace the client secret of Desk' })
    await form.getByText('The new secret applies to 1 account immediately.').waitFor()
    await form.getByLabel('Client secret').fill(signInService.clients.confidential.clientSecret)
    await form.getByRole('button', { name: 'Replace secret' }).click()
    await page.getByText('The client secret of Desk has been replaced.').waitFor()

    const link = await api.good('POST', `/accounts/${account.accountId}/oauth2/authorize`, { body: {} })
    await consentInBrowser(z.object({ url: z.string() }).parse(link.body).url, owner)
    await page.getByRole('link', { name: '1 account' }).click()
    await page.getByRole('link', { name: owner.email }).click()
    await press(page, 'Examine')
    await page.getByText(/^Everything works\./).waitFor()
    await page.getByText('The provider accepts the client and the consent, and issued a new token.').waitFor()
  })

  it('a profile that an account uses is not deleted, and the dialog says what to do', async () => {
    const page = await world().openPage({ path })
    world().expectRefusal(409, /^\/oauth2\/profiles\//)
    await menuOf(page, 'Desk', 'Delete')
    const dialog = page.getByRole('dialog', { name: 'Delete profile Desk' })
    await dialog.getByRole('button', { name: 'Delete' }).click()
    await dialog
      .getByText(/^The profile Desk is used by the mail accounts? owner@example\.com at localhost\./)
      .waitFor()
    expect(await axeViolations(page)).toEqual([])
    await dialog.getByRole('button', { name: 'Cancel' }).click()
    await page.getByRole('row', { name: /Desk/ }).waitFor()
  })
})
