import { type Browser, launch, type Page } from 'puppeteer-core'
import type { TestUser } from '../options.ts'
import { chromiumPath } from './chromium-path.ts'

/** Milliseconds for one page. A busy machine needs 5 s to start Chromium. */
const limitMs = 30_000

export interface ChromiumPage {
  readonly url: string
  readonly title: string
  /** The visible text. */
  readonly text: string
}

/** Debian's Chromium without a window, with a temporary profile. */
export class Chromium implements AsyncDisposable {
  readonly #browser: Browser

  private constructor(browser: Browser) {
    this.#browser = browser
  }

  /** @param rebound a name that the browser resolves to 127.0.0.1, as after DNS rebinding */
  static async start(rebound?: string): Promise<Chromium> {
    const executablePath = chromiumPath()
    if (executablePath === undefined) throw new Error('Chromium is not installed')
    const asRoot = process.getuid?.() === 0
    const browser = await launch({
      executablePath,
      timeout: limitMs,
      args: [
        // Chromium refuses to run as root otherwise. Only the test's own pages are opened.
        ...(asRoot ? ['--no-sandbox'] : []),
        '--disable-gpu',
        // Containers have a small /dev/shm.
        '--disable-dev-shm-usage',
        ...(rebound === undefined ? [] : [`--host-resolver-rules=MAP ${rebound} 127.0.0.1`]),
      ],
    })
    return new Chromium(browser)
  }

  /** Like `consentInBrowser`: presses each page's button, signs in, allows access, and returns the final page. */
  async consent(startUrl: string, user: Pick<TestUser, 'email' | 'password'>): Promise<ChromiumPage> {
    return await this.withPage(async (page) => {
      await page.goto(startUrl)
      while (await page.$('form')) await answer(page, user)
      return { url: page.url(), title: await page.title(), text: await page.$eval('body', (body) => body.textContent) }
    })
  }

  /** Opens an empty tab in its own browser context. */
  async withPage<T>(use: (page: Page) => Promise<T>): Promise<T> {
    const context = await this.#browser.createBrowserContext()
    try {
      const page = await context.newPage()
      page.setDefaultTimeout(limitMs)
      return await use(page)
    } finally {
      await context.close()
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#browser.close()
  }
}

const answer = async (page: Page, { email, password }: Pick<TestUser, 'email' | 'password'>): Promise<void> => {
  const before = page.url()
  const fill = async (selector: string, text: string): Promise<void> => {
    // Replaces the text of a login hint.
    await page.$eval(selector, (input) => input.setAttribute('value', ''))
    await page.type(selector, text)
  }
  if (await page.$('input[type=password]')) {
    await fill('input[type=email]', email)
    await fill('input[type=password]', password)
  }
  await Promise.all([page.waitForNavigation(), page.click('form button')])
  if (page.url() === before) throw new Error(`Chromium did not leave ${before}`)
}
