import { afterAll, beforeAll, expect, test } from 'vitest'
import { assemblyLimitMs } from '../../support/assembly.ts'
import { mailWith } from '../support/mail-with.ts'
import { pageTests } from '../support/page-tests.ts'
import { parametersFor, TicketSystem } from '../support/ticket-system.ts'

const mailbox = 'desk@example.com'
const limitMs = 120_000
const ticketSystem = await TicketSystem.start()
const world = pageTests({ parameters: parametersFor(ticketSystem) })
afterAll(() => ticketSystem[Symbol.asyncDispose]())

let accountId: string
beforeAll(async () => {
  ticketSystem.secret = `whsec_${Buffer.alloc(32, 7).toString('base64')}`
  const webhook = { url: ticketSystem.url, signingSecret: ticketSystem.secret }
  await world().api.good('POST', '/destinations', { body: { name: 'Tickets', kind: 'webhook', webhook } })
  accountId = (await world().createAccount(mailbox, { maxMessageSize: 2048 })).accountId
}, assemblyLimitMs)

const collect = async (...mails: Buffer[]) => {
  await world().mail.deliver(mailbox, mails)
  await world().api.ended(await world().api.fetchNow(accountId))
}

test(
  'a refused mail is retried, another one is marked as handled with a note, and a message that is too large is listed with them',
  async () => {
    const page = await world().openPage({ path: '/admin/quarantine' })
    await page.getByText('The quarantine is empty.').waitFor()

    ticketSystem.status = 400
    await collect(mailWith('Refused at first'), mailWith('Spam'), mailWith('Too large', 4096))
    const row = (name: string | RegExp) => page.getByRole('row', { name })
    const refresh = async () => await page.getByRole('button', { name: 'Refresh' }).click()
    await expect
      .poll(
        async () => {
          await refresh()
          return await page.getByText(/^(Not delivered|Not stored)/).count()
        },
        { timeout: limitMs, interval: 500 },
      )
      .toBe(3)
    await row(/Not stored/)
      .getByText(/The message has/)
      .waitFor()

    ticketSystem.status = 200
    await row(/Refused at first/)
      .getByRole('button', { name: 'Actions for Refused at first' })
      .click()
    await page.getByRole('menuitem', { name: 'Retry' }).click()
    await row(/Refused at first/).waitFor({ state: 'detached', timeout: limitMs })
    await expect.poll(() => ticketSystem.subjects, { timeout: limitMs }).toContain('Refused at first')

    await row(/Spam/).getByRole('button', { name: 'Actions for Spam' }).click()
    await page.getByRole('menuitem', { name: 'Mark as handled …' }).click()
    await page.getByLabel('Note (optional)').fill('It is spam.')
    await page.getByRole('dialog').getByRole('button', { name: 'Mark as handled' }).click()
    await row(/Spam/).waitFor({ state: 'detached' })
    expect(ticketSystem.subjects).not.toContain('Spam')

    await page.getByRole('checkbox', { name: 'Select all' }).check()
    await page.getByRole('button', { name: 'Mark as handled', exact: true }).click()
    const dialog = page.getByRole('dialog')
    await dialog.getByText('Mark 1 item as handled?').waitFor()
    await dialog.getByRole('button', { name: 'Mark as handled' }).click()
    await dialog.getByText('1 item done.').waitFor()
    await dialog.getByRole('button', { name: 'Close', exact: true }).last().click()
    await page.getByText('The quarantine is empty.').waitFor()

    await page.goto('/admin/deliveries?state=handled')
    await page.getByRole('link', { name: 'Spam' }).click()
    await page.getByText(/marked the delivery as handled: It is spam\./).waitFor()
  },
  3 * limitMs,
)
