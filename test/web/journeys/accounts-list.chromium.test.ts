import type { Page } from 'playwright-core'
import { beforeAll, describe, expect, it } from 'vitest'
import { smallMessages } from '../../mail-server/corpus.ts'
import { seedAccounts } from '../seeds/many-accounts.ts'
import { axeViolations } from '../support/axe.ts'
import { holdReads } from '../support/hold-reads.ts'
import { pageTests } from '../support/page-tests.ts'
import { press } from './account-form.ts'

const mailboxes = ['desk@example.com', 'sales@example.com', 'gone@example.com']
const world = pageTests({ mailboxes })
const limitMs = 30_000
const path = '/admin/accounts'
const filterName = 'Find accounts by host, user name, queue, type, health or comment'

const filterOf = (page: Page) => page.getByRole('searchbox', { name: filterName })
/** The rows of accounts, without the row of headings. */
const rows = (page: Page) => page.locator('tbody').getByRole('row')
const menuOf = async (page: Page, mailbox: string, item: string): Promise<void> => {
  await press(page, `Actions for ${mailbox}`)
  await page.getByRole('menuitem', { name: item, exact: true }).click()
}

describe('an empty list of mail accounts', () => {
  it('a person without any account is offered to add the first one', async () => {
    const page = await world().openPage({ path })
    await page.getByText('No mail accounts yet').waitFor()
    expect(await page.getByRole('button', { name: 'Fetch all valid accounts now' }).isDisabled()).toBe(true)
    await page.getByRole('table').getByRole('link', { name: 'Add mail account' }).click()
    await page.getByRole('heading', { level: 1, name: 'Add mail account' }).waitFor()
  })
})

describe('a list of more than a hundred mail accounts', () => {
  beforeAll(async () => {
    await seedAccounts(world().stack, 120)
    for (const mailbox of mailboxes) await world().createAccount(mailbox)
  })

  it('the list is filtered while a person types, and keeps the filter after a reload and after the Back button', async () => {
    const page = await world().openPage({ path })
    await page.getByText('(123 accounts)').waitFor()
    expect(await rows(page).count()).toBe(50)
    await filterOf(page).pressSequentially('desk0001')
    await page.getByText('10 matches').first().waitFor()
    expect(await rows(page).count()).toBe(10)
    await page.waitForURL(/filter=desk0001$/)

    await page.reload()
    await page.getByText('10 matches').first().waitFor()
    expect(await filterOf(page).inputValue()).toBe('desk0001')
    await page.getByRole('link', { name: 'desk00012@example.org' }).click()
    await page.getByRole('heading', { level: 1, name: 'desk00012@example.org' }).waitFor()
    await page.goBack()
    await page.getByText('10 matches').first().waitFor()
    expect(await filterOf(page).inputValue()).toBe('desk0001')
  })

  it('the parts of the list show what needs attention and what is not valid, and clearing the filter shows all accounts', async () => {
    const page = await world().openPage({ path })
    await press(page, 'Needs attention 3')
    await expect.poll(() => rows(page).count(), { timeout: limitMs }).toBe(3)
    await rows(page).first().getByText('Failing', { exact: true }).waitFor()
    await press(page, 'Not valid 4')
    await expect.poll(() => rows(page).count(), { timeout: limitMs }).toBe(4)
    expect(new URL(page.url()).search).toBe('?show=invalid')

    await filterOf(page).fill('no such account')
    await page.getByText('No account matches the filter').waitFor()
    await page.waitForURL(/filter=/)
    expect(await axeViolations(page)).toEqual([])
    await press(page, 'Clear filter')
    await expect.poll(() => rows(page).count(), { timeout: limitMs }).toBe(50)
    await expect.poll(() => new URL(page.url()).search, { timeout: limitMs }).toBe('')
    expect(await filterOf(page).inputValue()).toBe('')
  })

  it('the list is sorted by any column and has pages of 50 accounts', async () => {
    const page = await world().openPage({ path })
    const first = rows(page).first()
    await first.getByText('desk00000@example.org').waitFor()
    // The table repeats its headings above the rows for the pointer. The keyboard uses these.
    const sortBy = (heading: string) =>
      page.getByRole('columnheader', { name: heading }).getByRole('button').press('Enter')
    await sortBy('Account')
    await first.getByText('sales@example.com').waitFor()
    await sortBy('Health')
    await first.getByText('Failing', { exact: true }).waitFor()

    await page.getByRole('button', { name: /^Page 3\b/ }).click()
    await expect.poll(() => rows(page).count(), { timeout: limitMs }).toBe(23)
  })

  it('the selected accounts are fetched together', async () => {
    const { mail } = world()
    for (const mailbox of ['desk@example.com', 'sales@example.com']) await mail.deliver(mailbox, smallMessages(2))
    const page = await world().openPage({ path: `${path}?filter=example.com` })
    for (const mailbox of ['desk@example.com', 'sales@example.com'])
      await page.getByRole('checkbox', { name: `Select ${mailbox}` }).check()
    await press(page, 'Fetch selected now (2)')
    await page.getByText('2 fetches have been requested.').waitFor()
    for (const mailbox of ['desk@example.com', 'sales@example.com'])
      await expect.poll(() => mail.count(mailbox), { timeout: limitMs }).toBe(0)
    for (const mailbox of ['desk@example.com', 'sales@example.com'])
      await page.getByRole('row', { name: mailbox }).getByText('2 new').waitFor()
    expect(await page.getByRole('checkbox', { checked: true }).count()).toBe(0)
  })

  it('an account is fetched, tested, set to invalid, edited and deleted from the menu of its row', async () => {
    const { mail } = world()
    await mail.deliver('gone@example.com', smallMessages(1))
    const page = await world().openPage({ path: `${path}?filter=gone@example.com` })
    const row = page.getByRole('row', { name: 'gone@example.com' })
    await menuOf(page, 'gone@example.com', 'Fetch now')
    await page.getByText('1 fetch has been requested.').waitFor()
    await row.getByText('1 new').waitFor()

    await menuOf(page, 'gone@example.com', 'Test connection')
    const test = page.getByRole('dialog', { name: 'Connection test' })
    await test.getByText('The test passed.').waitFor()
    await test.getByRole('button', { name: 'Close' }).last().click()

    await menuOf(page, 'gone@example.com', 'Set to invalid')
    await page.getByText('gone@example.com is now invalid.').waitFor()
    await row.getByText('Invalid', { exact: true }).waitFor()
    await menuOf(page, 'gone@example.com', 'Edit')
    await page.getByRole('textbox', { name: 'Host' }).waitFor()
    await page.goBack()

    // The person leaves the form before it has read the account. An answer after the deletion would be an error.
    const reads = await holdReads(page, /^\/accounts\/\w{26}$/)
    await menuOf(page, 'gone@example.com', 'Edit')
    await expect.poll(() => reads.held.length, { timeout: limitMs }).toBeGreaterThan(0)
    await page.goBack()

    await menuOf(page, 'gone@example.com', 'Delete')
    const dialog = page.getByRole('dialog', { name: 'Delete gone@example.com?' })
    await dialog.getByText('Stored messages and the records of runs stay.').waitFor()
    await dialog.getByRole('button', { name: 'Delete' }).click()
    await page.getByText('gone@example.com has been deleted.').waitFor()
    await page.getByText('No account matches the filter').waitFor()
    await reads.release()
    expect(reads.held.map((request) => request.failure()?.errorText)).toEqual(reads.held.map(() => 'net::ERR_ABORTED'))
  })
})
