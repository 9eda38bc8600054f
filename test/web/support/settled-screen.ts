import type { Page } from 'playwright-core'
import { signedIn } from './sign-in.ts'

/** Waits until a screen shows its title and has loaded everything that it shows. */
export const settledScreen = async (page: Page): Promise<void> => {
  await signedIn(page)
  await page.waitForLoadState('networkidle')
  await page
    .getByText(/^Loading/)
    .first()
    .waitFor({ state: 'hidden' })
}
