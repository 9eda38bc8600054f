import { expect, it } from 'vitest'
import { axeViolations } from '../support/axe.ts'
import { pageTests } from '../support/page-tests.ts'

const world = pageTests()

it('a change appears in the audit trail with the person, the subject, and the old and the new value', async () => {
  const page = await world().openPage({ path: '/admin/queues' })
  await page.getByRole('button', { name: 'Add queue' }).click()
  const dialog = page.getByRole('dialog')
  await dialog.getByRole('textbox', { name: 'Name' }).fill('Support')
  await dialog.getByRole('button', { name: 'Save' }).click()
  await page.getByText('The queue Support has been saved.').waitFor()
  await page.getByRole('button', { name: 'Edit Support' }).click()
  await dialog.getByRole('textbox', { name: 'Name' }).fill('First level')
  await dialog.getByRole('button', { name: 'Save' }).click()
  await page.getByText('The queue First level has been saved.').waitFor()

  await page.getByRole('link', { name: 'Audit' }).click()
  const changed = page.getByRole('row', { name: /local-admin Changed First level/ })
  await changed.getByText('name: Support → First level').waitFor()
  await changed.getByText('In effect').waitFor()
  await page.getByRole('row', { name: /local-admin Created Support/ }).waitFor()
  expect(await axeViolations(page)).toEqual([])

  await page.getByRole('searchbox', { name: 'Person' }).fill('no-one')
  await page.getByText('No entry matches these filters.').waitFor()
  await page.getByRole('searchbox', { name: 'Person' }).fill('local-admin')
  await changed.getByRole('link', { name: 'First level' }).click()
  await page.getByRole('heading', { level: 1, name: 'Queues and addresses' }).waitFor()
})

it('a reader learns that only admins see the audit trail', async () => {
  const page = await world().openPage({ role: 'reader', path: '/admin/audit' })
  await page.getByText('The audit trail is shown to admins only.').waitFor()
  expect(await page.getByRole('table').count()).toBe(0)
})
