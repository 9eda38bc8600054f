import { describe, expect, it } from 'vitest'
import { smallMessages } from '../../mail-server/corpus.ts'
import { axeViolations } from '../support/axe.ts'
import { mailWith } from '../support/mail-with.ts'
import { pageTests } from '../support/page-tests.ts'
import { mailboxPassword } from '../support/page-world.ts'
import { press } from './account-form.ts'

const mailboxes = ['sales@example.com', 'desk@example.com', 'large@example.com']
const world = pageTests({ mailboxes })

const fetched = async (mailbox: string, fields: Record<string, unknown> = {}): Promise<void> => {
  const { accountId } = await world().createAccount(mailbox, fields)
  await world().api.ended(await world().api.fetchNow(accountId))
}

describe('the overview', () => {
  it('a failing account is found on the overview, repaired, and disappears from it after its next run', async () => {
    const { mail, stack } = world()
    await mail.deliver('sales@example.com', smallMessages(3))
    await fetched('sales@example.com')
    await fetched('desk@example.com', { password: 'mistyped' })
    await stack.tick()
    const page = await world().openPage()

    await page
      .getByText(/^The schedule last ran .+\. (No account|\d+ accounts?) (was|were) due for a fetch\./)
      .waitFor()
    await page.getByText('1 account is failing').waitFor()
    await page.getByRole('link', { name: 'Failing: 1' }).waitFor()
    await page.getByText('The server rejected the user name or password.').waitFor()
    await page.getByRole('link', { name: 'desk@example.com at localhost' }).click()
    await page.getByRole('heading', { level: 1, name: 'desk@example.com' }).waitFor()
    await page.getByRole('link', { name: 'Edit' }).click()
    await page.getByLabel('Password', { exact: true }).last().fill(mailboxPassword)
    await press(page, 'Save and finish')
    await page.getByText('desk@example.com has been saved. A fetch has started.').waitFor()

    await page.getByRole('link', { name: 'Overview' }).first().click()
    await page.getByRole('heading', { level: 1, name: 'Overview' }).waitFor()
    await page.getByText('3 messages stored').waitFor()
    await page.getByText('1 account is failing').waitFor({ state: 'detached' })
    expect(await page.getByRole('link', { name: 'desk@example.com at localhost' }).count()).toBe(0)
  })

  it('the mail of the last day is drawn as a chart that the keyboard and screen readers can read', async () => {
    const page = await world().openPage()
    await page.getByText('3 messages stored').waitFor()
    const chart = page.getByRole('application', { name: 'Messages stored per hour' })
    await chart.focus()
    const hour = page.getByRole('button', { name: /^\d\d:\d\d, Messages 3$/ })
    await expect
      .poll(
        async () => {
          await page.keyboard.press('ArrowRight')
          return await hour.count()
        },
        { timeout: 30_000 },
      )
      .toBe(1)
    expect(await axeViolations(page)).toEqual([])
  })

  it('the quarantine and a destination that does not work are found on the overview and opened from there', async () => {
    const { api, mail } = world()
    await mail.deliver('large@example.com', [mailWith('Too large', 4096)])
    await fetched('large@example.com', { maxMessageSize: 2048 })
    const page = await world().openPage()
    await page.getByText('There is no destination yet').waitFor()
    await api.good('POST', '/destinations', { body: { name: 'OTOBO', kind: 'pull' } })

    await page.getByText('1 item is in the quarantine').waitFor()
    await page.getByRole('link', { name: 'Open the quarantine' }).click()
    await page
      .getByRole('row', { name: /Not stored/ })
      .getByText(/The message has/)
      .waitFor()

    await page.goBack()
    await page.getByText('1 destination is not working').waitFor()
    await page.getByText('There is no destination yet').waitFor({ state: 'detached' })
    await page.getByRole('link', { name: 'OTOBO' }).click()
    await page.getByText('No agent can collect the mail yet').waitFor()
  })
})
