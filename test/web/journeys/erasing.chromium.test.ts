import { beforeAll, expect, test } from 'vitest'
import { axeViolations } from '../support/axe.ts'
import { pageTests } from '../support/page-tests.ts'
import { numberedMail } from './message-mails.ts'

const world = pageTests({ mailboxes: ['desk@example.com'] })
let messageId: string

beforeAll(async () => {
  const { api, mail } = world()
  await mail.deliver('desk@example.com', [numberedMail(1), numberedMail(2)])
  const { accountId } = await world().createAccount('desk@example.com')
  await api.ended(await api.fetchNow(accountId))
  const messages = await api.messages(`accountId=${accountId}`)
  messageId = messages.find(({ header }) => header?.subject === 'Report number 1')?.messageId ?? ''
})

test('a reader sees the message without the button that erases it', async () => {
  const page = await world().openPage({ path: `/admin/messages/${messageId}`, role: 'reader' })
  await page.getByRole('button', { name: 'Download raw mail' }).waitFor()
  expect(await page.getByRole('button', { name: 'Erase message …' }).count()).toBe(0)
})

test('an admin reads what is erased, cancels, and then erases the message for ever', async () => {
  const page = await world().openPage({ path: `/admin/messages/${messageId}` })
  const erase = page.getByRole('button', { name: 'Erase message …' })
  await erase.click()
  const dialog = page.getByRole('dialog')
  await dialog.getByText('This cannot be undone.').waitFor()
  await dialog.getByText('the raw mail with all its versions').waitFor()
  await dialog.getByText('the record that the message existed').waitFor()
  expect(await axeViolations(page)).toEqual([])
  await dialog.getByRole('button', { name: 'Cancel' }).click()
  await page.getByRole('heading', { name: 'Report number 1', level: 1 }).waitFor()
  await erase.click()
  await dialog.getByRole('button', { name: 'Erase', exact: true }).click()
  await page.getByText('The message is erased.').first().waitFor()
  await page.getByText(/erased the content of this message\./).waitFor()
  await page.getByRole('heading', { name: '(erased)', level: 1 }).waitFor()
  await page.reload()
  const steps = page.getByRole('list', { name: 'What happened to the message' })
  await steps.getByText(/erased the content of the message\./).waitFor()
  for (const name of ['Download raw mail', 'Hand over …', 'Erase message …'])
    expect(await page.getByRole('button', { name }).count(), name).toBe(0)
  expect(await page.getByRole('tab').count()).toBe(0)
  expect(await page.getByRole('main').textContent()).not.toContain('Report number 1')
  expect(await axeViolations(page)).toEqual([])
})

test('the list shows the erased message as erased, and can be restricted to it', async () => {
  const page = await world().openPage({ path: '/admin/messages' })
  const erased = page.getByRole('row', { name: /\(erased\)/ })
  await erased.getByText('Erased', { exact: true }).waitFor()
  await page.getByRole('link', { name: 'Report number 2' }).waitFor()
  await page.getByRole('button', { name: 'State' }).click()
  await page.getByRole('option', { name: 'Erased' }).click()
  await page.getByText('Searches the message that is loaded.').waitFor()
  expect(await page.getByRole('link', { name: 'Report number 2' }).count()).toBe(0)
  await page.getByRole('link', { name: '(erased)' }).click()
  await page.getByText(/erased the content of this message\./).waitFor()
})
