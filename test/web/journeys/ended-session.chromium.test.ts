import { expect, it } from 'vitest'
import { pageTests } from '../support/page-tests.ts'
import { mailboxPassword } from '../support/page-world.ts'
import { signedIn, signInAddress } from '../support/sign-in.ts'
import { fillServer, press, trustAuthority } from './account-form.ts'

const world = pageTests()

it('a session ends while a form is filled in, the person signs in again in a new window, and saves what was typed', async () => {
  const { mail, stack } = world()
  const page = await world().openStranger()
  await page.clock.install()
  await page.goto(signInAddress(stack.local))
  await signedIn(page)
  await page.getByRole('link', { name: 'Mail accounts' }).click()
  await page.getByText('Add mail account', { exact: true }).first().click()
  await fillServer(page, { port: mail.port('IMAPS'), username: 'desk@example.com', password: mailboxPassword })
  await trustAuthority(page, mail.caPem)

  stack.local.signIn?.endSessions()
  // The tab renews its token shortly before the token's end.
  await page.clock.fastForward('10:00')
  await press(page, 'Save and finish')
  const ended = page.getByRole('dialog', { name: 'Your session has ended' })
  await ended.waitFor()

  // The key is no longer in the address, so the person opens the printed address again, in the new window.
  world().expectRefusal(403, /\/authorize$/)
  const opened = page.waitForEvent('popup')
  await ended.getByRole('button', { name: 'Sign in' }).click()
  const signInWindow = await opened
  await signInWindow.getByRole('heading', { name: 'Open the printed address' }).waitFor()
  await signInWindow.goto(signInAddress(stack.local))
  await ended.waitFor({ state: 'hidden' })
  expect(await page.getByRole('textbox', { name: 'Username' }).inputValue()).toBe('desk@example.com')
  await press(page, 'Save and finish')
  await page.getByText('desk@example.com has been added.').waitFor()
})
