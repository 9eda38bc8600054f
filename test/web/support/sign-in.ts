import type { Page } from 'playwright-core'
import type { LocalStack } from '../../../local/start-local.ts'
import type { PageOptions } from './page-options.ts'

/** An address of the page that signs a person in: the key of the address that `npm start` prints works on every screen. */
export const signInAddress = (
  { apiUrl, signIn }: LocalStack,
  { role = 'admin', path = '/admin/' }: Pick<PageOptions, 'role' | 'path'> = {},
): string => {
  if (signIn === undefined) throw new Error('The stack does not sign people in.')
  return `${apiUrl}${path}#sign-in=${role === 'admin' ? signIn.adminKey : signIn.readerKey}`
}

/** Waits until a screen shows its title, which needs a session. */
export const signedIn = async (page: Page): Promise<void> =>
  await page.getByRole('main').getByRole('heading', { level: 1 }).waitFor()
