import type { Page } from 'playwright-core'
import { describe, expect, it } from 'vitest'
import { axeViolations } from '../support/axe.ts'
import { pageTests } from '../support/page-tests.ts'
import { press } from './account-form.ts'

const world = pageTests()
const path = '/admin/queues'

const dialogOf = (page: Page, name: string) => page.getByRole('dialog', { name })
const save = (page: Page, dialog: string) => dialogOf(page, dialog).getByRole('button', { name: 'Save' }).click()

describe('queues and system addresses', () => {
  it('a queue and its system address are added, and the new queue becomes the default queue after a question', async () => {
    const { api } = world()
    const page = await world().openPage({ path })
    await press(page, 'Add queue')
    await dialogOf(page, 'Add queue').getByRole('textbox', { name: 'Name' }).fill('Support')
    expect(await axeViolations(page)).toEqual([])
    await save(page, 'Add queue')
    await page.getByText('The queue Support has been saved.').waitFor()

    await page.getByRole('tab', { name: 'System addresses' }).click()
    await press(page, 'Add system address')
    const address = dialogOf(page, 'Add system address')
    await address.getByRole('textbox', { name: 'Address' }).fill('support@example.com')
    await address.getByRole('button', { name: 'Queue' }).click()
    await page.getByRole('option', { name: 'Support' }).click()
    await save(page, 'Add system address')
    await page.getByText('The system address support@example.com has been saved.').waitFor()
    await page.getByRole('row', { name: /support@example\.com Support/ }).waitFor()

    await press(page, 'Change')
    const change = dialogOf(page, 'Default queue')
    expect(await change.getByRole('button', { name: 'Change' }).isDisabled()).toBe(true)
    await change.getByRole('button', { name: 'Queue' }).click()
    await page.getByRole('option', { name: 'Support' }).click()
    await change.getByText('From now on, mail that matches no system address goes to the queue Support.').waitFor()
    await change.getByRole('button', { name: 'Change' }).click()
    await page.getByText('The default queue is now Support.').waitFor()
    expect((await api.good('GET', '/default-queue')).body).toMatchObject({ name: 'Support' })
    await page.getByRole('tab', { name: 'Queues' }).click()
    await page.getByRole('row', { name: /Support.*Default queue.*support@example\.com/ }).waitFor()
  })

  it('a queue that is in use is not deleted, and the dialog says by what it is used', async () => {
    const { api } = world()
    const queueId = await api.createQueue('Sales')
    await api.createAddress('sales@example.com', queueId)
    const page = await world().openPage({ path })
    world().expectRefusal(409, /^\/queues\//)
    await press(page, 'Delete Sales')
    const dialog = dialogOf(page, 'Delete queue Sales')
    await dialog.getByRole('button', { name: 'Delete' }).click()
    await dialog.getByText(/sales@example\.com/).waitFor()
    expect(await axeViolations(page)).toEqual([])
    await dialog.getByRole('button', { name: 'Cancel' }).click()

    await page.getByRole('tab', { name: 'System addresses' }).click()
    await press(page, 'Delete sales@example.com')
    await dialogOf(page, 'Delete sales@example.com').getByRole('button', { name: 'Delete' }).click()
    await page.getByText('The system address sales@example.com has been deleted.').waitFor()
    await page.getByRole('tab', { name: 'Queues' }).click()
    await press(page, 'Delete Sales')
    await dialog.getByRole('button', { name: 'Delete' }).click()
    await page.getByText('The queue Sales has been deleted.').waitFor()
  })

  it('a change of another person to the same queue is shown beside one’s own, and is replaced only after a second save', async () => {
    const { api } = world()
    const queueId = await api.createQueue('Billing')
    const page = await world().openPage({ path })
    await press(page, 'Edit Billing')
    const dialog = dialogOf(page, 'Edit queue Billing')
    await dialog.getByRole('textbox', { name: 'Comment' }).fill('Mine')
    await api.good('PATCH', `/queues/${queueId}`, { body: { comment: 'Theirs' }, ifMatch: '*' })
    world().expectRefusal(412, /^\/queues\//)
    await save(page, 'Edit queue Billing')
    await dialog.getByText('their value is Theirs, and your value is Mine').waitFor()
    expect(await axeViolations(page)).toEqual([])
    await save(page, 'Edit queue Billing')
    await page.getByText('The queue Billing has been saved.').waitFor()
    expect((await api.good('GET', `/queues/${queueId}`)).body).toMatchObject({ comment: 'Mine' })
  })
})
