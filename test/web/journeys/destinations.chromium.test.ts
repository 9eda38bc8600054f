import { afterAll, expect, test } from 'vitest'
import * as z from 'zod'
import { mailWith } from '../support/mail-with.ts'
import { pageTests } from '../support/page-tests.ts'
import { parametersFor, TicketSystem } from '../support/ticket-system.ts'

const mailbox = 'desk@example.com'
const limitMs = 120_000
const ticketSystem = await TicketSystem.start()
const world = pageTests({ parameters: parametersFor(ticketSystem) })
afterAll(() => ticketSystem[Symbol.asyncDispose]())

const collect = async (accountId: string, subject: string) => {
  await world().mail.deliver(mailbox, [mailWith(subject)])
  await world().api.ended(await world().api.fetchNow(accountId))
}

const addAgent = async (name: string): Promise<string> => {
  const { body } = await world().api.good('POST', '/destinations', { body: { name, kind: 'pull' } })
  return z.looseObject({ destinationId: z.string() }).parse(body).destinationId
}

test(
  'a webhook is added, tested and receives mail. While it fails, the mail waits visibly until a person retries it',
  async () => {
    const page = await world().openPage({ path: '/admin/destinations' })
    await page.getByText('No destinations yet').waitFor()
    await page.getByRole('link', { name: 'Add destination' }).first().click()
    await page.getByRole('radio', { name: 'Webhook' }).check()
    world().expectRefusal(400, /^\/destinations$/)
    await page.getByRole('button', { name: 'Save' }).click()
    await page.getByText('Correct the marked fields.').waitFor()
    await page.getByLabel('Name', { exact: true }).fill('Tickets')
    await page.getByLabel('URL').fill(ticketSystem.url)
    ticketSystem.secret = await page.getByLabel('Signing secret').inputValue()
    await page.getByRole('button', { name: 'Test', exact: true }).click()
    await page.getByText('The test passed').waitFor()
    await page.getByText('The receiver responded with status 200.').first().waitFor()
    await page.getByRole('button', { name: 'Save' }).click()
    await page.getByRole('heading', { level: 1, name: 'Tickets' }).waitFor()

    const { accountId } = await world().createAccount(mailbox)
    await collect(accountId, 'The printer burns')
    const latest = page.getByRole('table', { name: 'Latest deliveries' })
    const first = latest.getByRole('row', { name: /The printer burns/ })
    await first.getByText('Delivered').waitFor({ timeout: limitMs })
    expect(await first.getByText(/^T-\d$/).count()).toBe(1)

    ticketSystem.status = 500
    await collect(accountId, 'The fire spreads')
    const second = latest.getByRole('row', { name: /The fire spreads/ })
    await second.getByText('Waiting').waitFor({ timeout: limitMs })
    await second.getByRole('link', { name: 'The fire spreads' }).click()
    await page.getByRole('heading', { level: 1, name: 'Delivery to Tickets' }).waitFor()
    await page.getByText('Refused for now').waitFor()
    ticketSystem.status = 200
    await page.getByRole('button', { name: 'Retry' }).click()
    await page.getByText('The receiver has accepted the message.').waitFor({ timeout: limitMs })
    expect(ticketSystem.subjects).toContain('The fire spreads')
  },
  3 * limitMs,
)

test(
  'an agent’s destination says what is missing, shows a token once and the commands for its host',
  async () => {
    const page = await world().openPage({ path: '/admin/destinations/new' })
    await page.getByLabel('Name', { exact: true }).fill('OTOBO')
    await page.getByRole('button', { name: 'Save' }).click()
    await page.getByText('No agent can collect the mail yet').waitFor()
    await page.getByRole('button', { name: 'Create token' }).click()
    await page.getByLabel('Comment (optional)').fill('Agent on otobo01')
    await page.getByRole('dialog').getByRole('button', { name: 'Create token' }).click()
    const token = await page.getByLabel('Your new token').getByText(/^pmt_/).textContent()
    await page.getByRole('button', { name: 'I have copied it' }).click()
    await page.getByRole('row', { name: /Agent on otobo01/ }).waitFor()
    expect(await page.getByText(token ?? '', { exact: true }).count()).toBe(0)
    const { apiUrl } = world().stack.local
    await page.getByText(`postmaster deliver --url ${apiUrl}`).first().waitFor()

    await page.getByRole('button', { name: 'Pause' }).click()
    await page.getByRole('dialog').getByRole('button', { name: 'Pause' }).click()
    await page.getByRole('button', { name: 'Resume' }).click()
    await page.getByText('OTOBO receives mail again.').waitFor()
  },
  limitMs,
)

test(
  'a change of another person is shown beside one’s own, and is replaced only after a second save',
  async () => {
    const destinationId = await addAgent('RT')
    const page = await world().openPage({ path: `/admin/destinations/${destinationId}/edit` })
    await page.getByLabel('Comment (optional)').fill('Mine')
    const change = { ifMatch: '*', contentType: 'application/merge-patch+json', body: { comment: 'Theirs' } }
    await world().api.good('PATCH', `/destinations/${destinationId}`, change)
    world().expectRefusal(412, /^\/destinations\//)
    await page.getByRole('button', { name: 'Save' }).click()
    await page.getByText('their value is Theirs, and your value is Mine').waitFor()
    await page.getByRole('button', { name: 'Save' }).click()
    await page.getByText('RT has been saved.').waitFor()
    expect((await world().api.good('GET', `/destinations/${destinationId}`)).body).toMatchObject({ comment: 'Mine' })

    await page.getByRole('button', { name: 'More' }).click()
    await page.getByRole('menuitem', { name: 'Delete …' }).click()
    await page.getByRole('dialog').getByRole('button', { name: 'Delete' }).click()
    await page.getByText('RT has been deleted.').waitFor()
  },
  limitMs,
)
