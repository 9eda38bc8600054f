import type { Page } from 'playwright-core'
import { pageAddress } from '../../../local/report.ts'
import type { LocalStack } from '../../../local/start-local.ts'
import type { PageOptions } from './page-options.ts'

/** Opens the address that `npm start` prints, which signs the person in, and then the wanted screen. */
export const signIn = async (page: Page, local: LocalStack, { path }: PageOptions): Promise<void> => {
  const address = pageAddress(local)
  if (address === undefined) throw new Error('The stack does not serve the page.')
  await page.goto(address)
  await page.getByRole('heading', { level: 1 }).first().waitFor()
  if (path !== undefined) await page.goto(path)
  await page.getByRole('heading', { level: 1 }).first().waitFor()
}
