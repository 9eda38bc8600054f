import type { TestUser } from '../options.ts'
import { type BrowserOptions, HttpBrowser, type Page } from './http-browser.ts'

export interface ConsentOptions extends BrowserOptions {
  /** Says no on the server's consent page. */
  readonly deny?: boolean
  /** Goes on with the cookies of an earlier consent; a fresh browser by default. */
  readonly browser?: HttpBrowser
}

/** Start page, login, consent and two to spare. */
const maxPages = 6

/**
 * What a person does with the link they were sent: presses the button of each page, signs in where a password is asked for, allows (or denies)
 * where that is asked, until there is nothing left to press. Returns the last page.
 */
export const consentInBrowser = async (
  startUrl: string,
  user: Pick<TestUser, 'email' | 'password'>,
  { deny = false, browser: own, ...options }: ConsentOptions = {},
): Promise<Page> => {
  const browser = own ?? new HttpBrowser(options)
  let page = await browser.open(startUrl)
  for (let pages = 0; page.forms.length > 0; pages += 1) {
    if (pages === maxPages)
      throw new Error(`After ${maxPages} pages there is still one more: ${page.url}\n${page.html}`)
    page = await browser.press(page, ...answerTo(page, user, deny))
  }
  return page
}

const answerTo = (
  page: Page,
  { email, password }: Pick<TestUser, 'email' | 'password'>,
  deny: boolean,
): [string?, Record<string, string>?] => {
  const asksPassword = page.forms.some(({ types }) => [...types.values()].includes('password'))
  if (asksPassword && page.html.includes('role="alert"')) throw new Error(`The login failed: ${page.html}`)
  if (asksPassword) return ['Sign in', { email, password }]
  const asksConsent = page.forms.some(({ buttons }) => buttons.some(({ text }) => text === 'Allow'))
  return asksConsent ? [deny ? 'Deny' : 'Allow'] : []
}
