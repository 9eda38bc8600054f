import { expect, it } from 'vitest'
import * as z from 'zod'
import { smallMessages } from '../../mail-server/corpus.ts'
import { consentInBrowser } from '../../oauth2-server/browser/consent.ts'
import { providerOf } from '../../support/oauth2-stack.ts'
import { axeViolations } from '../support/axe.ts'
import { pageTests } from '../support/page-tests.ts'
import { mailboxPassword } from '../support/page-world.ts'
import { fillServer, press, trustAuthority } from './account-form.ts'

const owner = { email: 'owner@example.com', password: mailboxPassword }
const world = pageTests({ mailboxes: [owner.email] })

/** Sets up what an admin needs before the first OAuth2 account. */
const addProfile = async (): Promise<void> => {
  const { api, signInService } = world()
  const made = await api.good('POST', '/oauth2/providers', { body: providerOf(signInService) })
  const { providerId } = z.object({ providerId: z.string() }).parse(made.body)
  const { clientId, clientSecret } = signInService.clients.confidential
  const body = { name: 'Desk', providerId, clientId, clientSecret }
  const profile = await api.good('POST', '/oauth2/profiles', { body })
  signInService.allowRedirect(z.object({ redirectUri: z.string() }).parse(profile.body).redirectUri)
}

it('an OAuth2 account is saved, its owner gives consent with the link, and its mail is fetched', async () => {
  const { mail } = world()
  await addProfile()
  await mail.deliver(owner.email, smallMessages(2))
  const page = await world().openPage({ path: '/admin/accounts/new' })

  await page.getByRole('radio', { name: 'OAuth2' }).check()
  await page.getByRole('button', { name: 'OAuth2 profile' }).click()
  await page.getByRole('option', { name: 'Desk' }).click()
  await fillServer(page, { port: mail.port('IMAPS'), username: owner.email })
  await trustAuthority(page, mail.caPem)
  await press(page, 'Test connection')
  await page.getByText('Everything before the login works.').waitFor()
  await press(page, 'Save')
  await page.getByText('It will be fetched as soon as the owner of the mailbox has given consent.').waitFor()

  await press(page, 'Create a consent link')
  const link = await page.getByRole('link', { name: 'Open the link' }).getAttribute('href')
  await page.getByText('Waiting for consent').waitFor()
  expect(await axeViolations(page)).toEqual([])
  // The owner is another person with another browser.
  await consentInBrowser(link ?? '', owner)

  await page.getByText('The account is connected, and its first fetch has started.').waitFor()
  await page.getByText('Connected', { exact: true }).waitFor()
  await expect.poll(() => mail.count(owner.email), { timeout: 30_000 }).toBe(0)
})
