import type { Page } from 'playwright-core'
import type { LocalStack } from '../../../local/start-local.ts'
import type { Role } from './page-options.ts'

/** The address that `npm start` prints. Opening it signs a person in. */
export const printedAddress = ({ apiUrl, signIn }: LocalStack, role: Role = 'admin'): string => {
  if (signIn === undefined) throw new Error('The stack does not sign people in.')
  return `${apiUrl}/admin/#sign-in=${role === 'admin' ? signIn.adminKey : signIn.readerKey}`
}

/** Waits until a screen shows its title, which needs a session. */
export const signedIn = async (page: Page): Promise<void> =>
  await page.getByRole('main').getByRole('heading', { level: 1 }).waitFor()
