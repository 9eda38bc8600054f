import type { Page } from 'playwright-core'

/** Fills in the fields of the form that every account with a password needs. */
export const fillServer = async (
  page: Page,
  fields: { host?: string; port: number; username?: string; password?: string },
): Promise<void> => {
  await page.getByRole('textbox', { name: 'Host' }).fill(fields.host ?? 'localhost')
  await page.getByRole('textbox', { name: 'Port' }).fill(String(fields.port))
  if (fields.username !== undefined) await page.getByRole('textbox', { name: 'Username' }).fill(fields.username)
  if (fields.password !== undefined) await page.getByLabel('Password', { exact: true }).last().fill(fields.password)
}

/** Pastes the certificate of the sample mail server's authority. */
export const trustAuthority = async (page: Page, pem: string): Promise<void> => {
  await page.getByRole('button', { name: 'More settings' }).click()
  await page.getByRole('textbox', { name: 'Certificate authority' }).fill(pem)
}

export const press = (page: Page, name: string): Promise<void> =>
  page.getByRole('button', { name, exact: true }).click()
