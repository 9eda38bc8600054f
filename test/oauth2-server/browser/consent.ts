import type { TestUser } from '../options.ts'
import { type BrowserOptions, HttpBrowser, type Page } from './http-browser.ts'

export interface ConsentOptions extends BrowserOptions {
  /** Denies access on the server's consent page. */
  readonly deny?: boolean
  /** Reuses an earlier consent's browser and cookies. Defaults to a new browser. */
  readonly browser?: HttpBrowser
}

/** Start page, login, consent, and two more. */
const maxPages = 6

/**
 * Acts as a person who opens a consent link: presses each page's button, signs in if a password is requested, and
 * allows (or denies) access, until there is nothing left to press.
 * @returns the final page
 */
export const consentInBrowser = async (
  startUrl: string,
  user: Pick<TestUser, 'email' | 'password'>,
  { deny = false, browser: own, ...options }: ConsentOptions = {},
): Promise<Page> => {
  const browser = own ?? new HttpBrowser(options)
  let page = await browser.open(startUrl)
  for (let pages = 0; page.forms.length > 0; pages += 1) {
    if (pages === maxPages) throw new Error(`There is another page after ${maxPages} pages: ${page.url}\n${page.html}`)
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
