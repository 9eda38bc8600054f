import { readFile } from 'node:fs/promises'
import { beforeAll, describe, expect, test } from 'vitest'
import { wholeMail } from '../../lib/messages/view/sample-mails.ts'
import { axeViolations } from '../support/axe.ts'
import { pageTests } from '../support/page-tests.ts'
import { numberedMail, wantsAnotherQueue } from './message-mails.ts'

const world = pageTests({ mailboxes: ['desk@example.com', 'reports@example.com'] })
const mailboxOf: Record<string, string> = {}

/** More messages than the page loads at once. */
const reports = 60

beforeAll(async () => {
  const { api, mail } = world()
  await api.createAddress('support@example.com', await api.createQueue('Support'))
  await mail.deliver(
    'reports@example.com',
    Array.from({ length: reports }, (_, at) => numberedMail(at + 1)),
  )
  await mail.deliver('desk@example.com', [wantsAnotherQueue, wholeMail])
  // The mail of the desk is stored last, so it stands at the top of the list.
  for (const mailbox of ['reports@example.com', 'desk@example.com']) {
    const { accountId } = await world().createAccount(mailbox)
    mailboxOf[mailbox] = accountId
    await api.ended(await api.fetchNow(accountId))
  }
})

describe('a message explained', () => {
  test('a person finds a message by its subject and reads why it is in its queue and what became of it', async () => {
    const page = await world().openPage({ path: '/admin/messages' })
    await page.getByRole('searchbox', { name: 'Search' }).fill('fire jane x-otobo')
    await page.getByText(/None of the 50 loaded messages matches/).waitFor()
    await page.getByRole('searchbox', { name: 'Search' }).fill('jane <fire@')
    await page.getByText('1 match').first().waitFor()
    await page.getByRole('link', { name: 'Printer on fire' }).click()
    await page.getByRole('heading', { name: 'Printer on fire', level: 1 }).waitFor()
    const why = page.getByRole('list', { name: 'What happened to the message' })
    await why
      .getByText('Put into queue Support: To: support@example.com is the system address of queue Support.')
      .waitFor()
    await why.getByText('The control header x-otobo-queue is ignored. The account is not trusted.').waitFor()
    await why.getByText('Announced.').waitFor()
    await why.getByText(/Deleted on the mail server/).waitFor()
    await page.getByText('It burns. See https://example.org/fire for a photo.').waitFor()
    expect(await page.getByRole('link', { name: /example\.org\/fire/ }).count()).toBe(0)
    await page.goBack()
    await page.getByText('1 match').first().waitFor()
  })

  test('an admin hands a message over to a destination, and the explanation continues with the delivery', async () => {
    const { api } = world()
    const body = { name: 'OTOBO', kind: 'pull', validity: 'valid', selection: { queueIds: 'all' } }
    await api.good('POST', '/destinations', { body })
    const [message] = await api.messages(`accountId=${mailboxOf['desk@example.com']}`)
    const page = await world().openPage({ path: `/admin/messages/${message?.messageId}` })
    await page.getByRole('button', { name: 'Hand over …' }).click()
    const dialog = page.getByRole('dialog')
    expect(await dialog.getByRole('button', { name: 'Hand over', exact: true }).isDisabled()).toBe(true)
    await dialog.getByRole('button', { name: 'Destination' }).click()
    await page.getByRole('option', { name: 'OTOBO' }).click()
    await dialog.getByRole('button', { name: 'Hand over', exact: true }).click()
    await page.getByText('The message is on its way to OTOBO.').waitFor()
    await page.getByText('Postmaster has not handed it over to OTOBO yet.').first().waitFor()
    expect(await page.getByRole('link', { name: 'Show the delivery' }).count()).toBeGreaterThan(0)
  })

  test('a reader sees the same message without the button that hands it over', async () => {
    const [message] = await world().api.messages(`accountId=${mailboxOf['desk@example.com']}`)
    const page = await world().openPage({ path: `/admin/messages/${message?.messageId}`, role: 'reader' })
    await page.getByRole('button', { name: 'Download raw mail' }).waitFor()
    expect(await page.getByRole('button', { name: 'Hand over …' }).count()).toBe(0)
  })
})

describe('the list of messages', () => {
  test('the text filter says what it searches, and searches more once more is loaded', async () => {
    const page = await world().openPage({ path: '/admin/messages' })
    await page.getByText('Searches the 50 messages that are loaded.').waitFor()
    // Messages are stored at the same time, so the first one is not always the oldest.
    const subject = (await world().api.messages('')).at(-1)?.header?.subject ?? ''
    await page.getByRole('searchbox', { name: 'Search' }).fill(`${subject} `)
    const oldest = page.getByRole('link', { name: subject, exact: true })
    expect(await oldest.count()).toBe(0)
    await page.getByRole('button', { name: 'Load more' }).click()
    await page.getByText(`Searches the ${reports + 2} messages that are loaded.`).waitFor()
    await oldest.waitFor()
    expect(await page.getByRole('button', { name: 'Load more' }).count()).toBe(0)
  })

  test('queue, account, state and time restrict the list together, and stay in the address', async () => {
    const page = await world().openPage({ path: '/admin/messages' })
    await page.getByRole('button', { name: 'Mail account' }).click()
    await page.getByPlaceholder('Find an account').fill('desk')
    await page.getByRole('option', { name: /desk@example\.com/ }).click()
    await page.getByText('Searches the 2 messages that are loaded.').waitFor()
    await page.getByRole('button', { name: 'State' }).click()
    await page.getByRole('option', { name: 'Not announced yet' }).click()
    await page.getByText('No message matches the filters.').waitFor()
    await page.reload()
    await page.getByText('No message matches the filters.').waitFor()
    expect(new URL(page.url()).search).toBe(`?account=${mailboxOf['desk@example.com']}&state=stored`)
    await page.getByRole('button', { name: 'Clear filters' }).click()
    await page.getByText('Searches the 50 messages that are loaded.').waitFor()
    expect(new URL(page.url()).search).toBe('')
  })
})

describe('the contents of a message', () => {
  const attachmentsOf = async (path = '') => {
    const all = await world().api.messages(`accountId=${mailboxOf['desk@example.com']}`)
    const whole = all.find(({ header }) => header?.messageIdHeader === '<1@example.org>')
    const { s3 } = world().stack.local.endpoints
    return await world().openPage({ path: `/admin/messages/${whole?.messageId}${path}`, alsoVisited: [s3] })
  }

  test('attachments and the raw mail are saved as files with safe names, and the screen stays', async () => {
    const page = await attachmentsOf('?tab=attachments')
    const saved = async (button: string) => {
      const [download] = await Promise.all([
        page.waitForEvent('download'),
        page.getByRole('button', { name: button }).click(),
      ])
      return { name: download.suggestedFilename(), bytes: await readFile(await download.path()) }
    }
    const picture = await saved('Download fire.jpg')
    expect(picture).toEqual({ name: 'fire.jpg', bytes: Buffer.from([0xff, 0xd8, 0xff, 0, 1, 2, 3]) })
    const raw = await saved('Download raw mail')
    expect(raw.name).toMatch(/^[0-9a-f]{64}\.eml$/)
    expect(raw.bytes.equals(wholeMail)).toBe(true)
    await page.getByRole('heading', { name: 'Printer on fire', level: 1 }).waitFor()
  })

  test('an attached message opens in the same place, and the way back is at the top', async () => {
    const page = await attachmentsOf('?tab=attachments')
    await page.getByRole('button', { name: 'Open attachment-3.eml' }).click()
    await page.getByText('You are reading an attached message: Grüße').waitFor()
    await page.getByRole('tab', { name: 'HTML' }).click()
    await page.frameLocator('iframe').getByText('inner').waitFor()
    await page.getByRole('button', { name: 'Show the whole message' }).click()
    await page.getByRole('button', { name: 'Download fire.jpg' }).waitFor()
  })

  test('the headers are shown as the mail has them, in their order', async () => {
    const page = await attachmentsOf('?tab=headers')
    const header = page.getByRole('region', { name: 'Header of the message' })
    await header.getByText('message-id: <1@example.org>').waitFor()
    const lines = await header.locator('div').allTextContents()
    expect(lines.slice(0, 4)).toEqual([
      'from: Jane Doe <jane@example.org>',
      'to: support@example.com',
      'subject: Printer on fire',
      'message-id: <1@example.org>',
    ])
  })

  test('the tabs of a message have no violations in both themes', async () => {
    const page = await attachmentsOf()
    for (const colorScheme of ['light', 'dark'] as const) {
      await page.emulateMedia({ colorScheme })
      for (const [name, shown] of [
        ['HTML', page.getByTitle('HTML of the message')],
        ['Headers', page.getByRole('region', { name: 'Header of the message' })],
        ['Attachments (4)', page.getByRole('button', { name: 'Download fire.jpg' })],
      ] as const) {
        await page.getByRole('tab', { name }).click()
        await shown.waitFor()
        expect(await axeViolations(page), `${name} ${colorScheme}`).toEqual([])
      }
    }
  })
})
