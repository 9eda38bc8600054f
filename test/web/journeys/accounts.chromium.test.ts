import { describe, expect, it } from 'vitest'
import { smallMessages } from '../../mail-server/corpus.ts'
import { axeViolations } from '../support/axe.ts'
import { holdReads } from '../support/hold-reads.ts'
import { pageTests } from '../support/page-tests.ts'
import { mailboxPassword } from '../support/page-world.ts'
import { fillServer, press, trustAuthority } from './account-form.ts'

const mailboxes = [
  'first@example.com',
  'port@example.com',
  'shared@example.com',
  'gone@example.com',
  'typed@example.com',
]
const world = pageTests({ mailboxes })
const limitMs = 30_000

describe('a person and a mail account', () => {
  it('the first account is added, tested and saved, and its mail is fetched and deleted from the server', async () => {
    const { mail } = world()
    await mail.deliver('first@example.com', smallMessages(3))
    await mail.makeFolder('first@example.com', 'Archive')
    const page = await world().openPage({ path: '/admin/accounts/new' })

    await page.getByRole('textbox', { name: 'Email address' }).fill('first@example.com')
    await fillServer(page, { port: mail.port('IMAPS'), password: mailboxPassword })
    expect(await page.getByRole('textbox', { name: 'Username' }).inputValue()).toBe('first@example.com')
    await trustAuthority(page, mail.caPem)
    await press(page, 'Test connection')
    await page.getByText('The test passed.').waitFor()
    await page.getByText('All of them will be fetched, stored and then deleted from the mail server.').waitFor()
    expect(await axeViolations(page)).toEqual([])

    await press(page, 'Choose: Folder')
    const folders = page.getByRole('dialog', { name: 'Choose a folder' })
    await folders.getByRole('row', { name: /Archive/ }).waitFor()
    await folders
      .getByRole('row', { name: /INBOX 3/ })
      .getByRole('radio')
      .check()
    expect(await axeViolations(page)).toEqual([])
    await press(page, 'Use INBOX')
    await press(page, 'Save and finish')

    await page.getByText('first@example.com has been added. The first fetch has started.').waitFor()
    await page.getByRole('link', { name: 'Show the run' }).click()
    await page.getByText('Done').first().waitFor()
    expect(await mail.count('first@example.com')).toBe(0)
  })

  it('a wrong port is explained, repaired with a button, and the repaired account is saved', async () => {
    const { mail, api } = world()
    const page = await world().openPage({ path: '/admin/accounts/new' })
    await fillServer(page, { port: mail.port('IMAP'), username: 'port@example.com', password: mailboxPassword })
    await trustAuthority(page, mail.caPem)

    await press(page, 'Test connection')
    await page.getByText('The test failed.').waitFor()
    await page.getByText(/Set the type to IMAPTLS and keep the port/).waitFor()
    expect(await axeViolations(page)).toEqual([])
    await press(page, 'Use type IMAPTLS')
    await page.getByText('The test passed.').waitFor()
    await press(page, 'Save')

    await page.getByRole('heading', { name: 'Edit mail account' }).waitFor()
    const accountId = /accounts\/([^/]+)\/edit/.exec(page.url())?.[1] ?? ''
    expect(await api.account(accountId)).toMatchObject({ type: 'IMAPTLS', port: mail.port('IMAP') })
  })

  it('each missing value is reported at its field, the focus goes to the first one, and nothing typed is lost', async () => {
    const page = await world().openPage({ path: '/admin/accounts/new' })
    await page.getByRole('textbox', { name: 'Username' }).fill('typed@example.com')
    await press(page, 'Save')

    await page.getByText('Enter the host name of the mail server.').waitFor()
    await page.getByText('Nothing was saved. Correct the marked fields.').waitFor()
    await page.getByRole('textbox', { name: 'Host' }).and(page.locator(':focus')).waitFor()
    expect(await axeViolations(page)).toEqual([])
    expect(await page.getByRole('textbox', { name: 'Username' }).inputValue()).toBe('typed@example.com')
  })

  it('a change of another person appears beside one’s own, and the person chooses', async () => {
    const { api } = world()
    const { accountId } = await world().createAccount('shared@example.com', { comment: 'As it was' })
    const page = await world().openPage({ path: `/admin/accounts/${accountId}/edit` })
    world().expectRefusal(412, /^\/accounts\//)
    await page.getByRole('textbox', { name: 'Comment' }).fill('Mine')
    await api.good('PATCH', `/accounts/${accountId}`, {
      body: { comment: 'Theirs', trusted: true, afterFetch: { action: 'keep' } },
      ifMatch: '*',
    })
    await press(page, 'Save')

    const dialog = page.getByRole('dialog', { name: /^Changed by .+ at / })
    await dialog.waitFor()
    expect(await axeViolations(page)).toEqual([])
    const choice = (setting: string) => dialog.getByRole('radiogroup', { name: setting })
    expect(await choice('Comment').getByRole('radio', { name: 'Keep mine' }).isChecked()).toBe(true)
    expect(
      await choice('Trusted')
        .getByRole('radio', { name: /^Use the value of/ })
        .isChecked(),
    ).toBe(true)
    await choice('After fetching').getByRole('radio', { name: 'Keep mine' }).check()
    await dialog.getByRole('button', { name: 'Save' }).click()

    await page.getByText('shared@example.com has been saved.').waitFor()
    expect(await api.account(accountId)).toMatchObject({
      comment: 'Mine',
      trusted: true,
      afterFetch: { action: 'delete' },
    })
  })

  it('unsaved changes are lost neither by a link nor by the Back button', async () => {
    const { accountId } = await world().createAccount('typed@example.com')
    const page = await world().openPage({ path: `/admin/accounts/${accountId}` })
    await page.getByRole('link', { name: 'Edit' }).click()
    await page.getByRole('textbox', { name: 'Comment' }).fill('Not yet saved')

    await page.getByRole('link', { name: 'Mail accounts' }).last().click()
    await press(page, 'Stay')
    await page.goBack()
    await press(page, 'Stay')
    expect(await page.getByRole('textbox', { name: 'Comment' }).inputValue()).toBe('Not yet saved')
    expect(page.url()).toContain(`/accounts/${accountId}/edit`)

    await page.goBack()
    await press(page, 'Leave')
    await page.getByRole('heading', { name: 'typed@example.com', exact: true }).waitFor()
  })

  it('an account is deleted after a dialog that says what stays', async () => {
    const { api, mail } = world()
    await mail.deliver('gone@example.com', smallMessages(1))
    const { accountId } = await world().createAccount('gone@example.com')
    const page = await world().openPage({ path: `/admin/accounts/${accountId}` })
    // What the screen still reads when the account is deleted would find nothing.
    const reads = await holdReads(page, /^\/accounts\/\w{26}(\/runs)?$/)
    await press(page, 'More')
    await page.getByRole('menuitem', { name: 'Set to invalid' }).click()
    await expect.poll(() => reads.held.length, { timeout: limitMs }).toBeGreaterThan(0)
    await press(page, 'More')
    await page.getByRole('menuitem', { name: 'Delete …' }).click()
    const dialog = page.getByRole('dialog', { name: 'Delete gone@example.com?' })
    await dialog.getByText('Mail on the mail server is not touched.').waitFor()
    expect(await axeViolations(page)).toEqual([])
    await dialog.getByRole('button', { name: 'Delete' }).click()

    await page.getByText('gone@example.com has been deleted.').waitFor()
    await reads.release()
    expect(reads.held.map((request) => request.failure()?.errorText)).toEqual(reads.held.map(() => 'net::ERR_ABORTED'))
    expect((await api.send('GET', `/accounts/${accountId}`)).status).toBe(404)
    expect(await mail.count('gone@example.com')).toBe(1)
  })
})
