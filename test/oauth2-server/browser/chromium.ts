import { type Browser, type BrowserContext, type BrowserContextOptions, chromium, type Page } from 'playwright-core'
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

const argumentsForTests = [
  '--disable-gpu',
  // Containers have a small /dev/shm.
  '--disable-dev-shm-usage',
  // The same text has the same pixels on every machine with the same fonts.
  '--font-render-hinting=none',
  '--force-color-profile=srgb',
  '--disable-lcd-text',
]

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
    const args = [
      ...argumentsForTests,
      ...(rebound === undefined ? [] : [`--host-resolver-rules=MAP ${rebound} 127.0.0.1`]),
    ]
    return new Chromium(await chromium.launch({ executablePath, timeout: limitMs, args }))
  }

  /** Like `consentInBrowser`: presses each page's button, signs in, allows access, and returns the final page. */
  async consent(startUrl: string, user: Pick<TestUser, 'email' | 'password'>): Promise<ChromiumPage> {
    return await this.withPage(async (page) => {
      await page.goto(startUrl)
      while ((await page.locator('form').count()) > 0) await answerForm(page, user)
      return { url: page.url(), title: await page.title(), text: (await page.locator('body').textContent()) ?? '' }
    })
  }

  /** Opens an empty tab in its own browser context, which has its own cookies and its own storage. */
  async withPage<T>(use: (page: Page) => Promise<T>, options: BrowserContextOptions = {}): Promise<T> {
    const context = await this.openContext(options)
    try {
      return await use(await context.newPage())
    } finally {
      await context.close()
    }
  }

  /** The caller closes the context. */
  async openContext(options: BrowserContextOptions): Promise<BrowserContext> {
    const context = await this.#browser.newContext(options)
    context.setDefaultTimeout(limitMs)
    return context
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#browser.close()
  }
}

/** Presses the button of the page's form. If the form asks for a password, signs in. */
export const answerForm = async (
  page: Page,
  { email, password }: Pick<TestUser, 'email' | 'password'>,
): Promise<void> => {
  const before = page.url()
  if ((await page.locator('input[type=password]').count()) > 0) {
    await page.locator('input[type=email]').fill(email)
    await page.locator('input[type=password]').fill(password)
  }
  await Promise.all([page.waitForEvent('framenavigated'), page.locator('form button').first().click()])
  await page.waitForLoadState()
  if (page.url() === before) throw new Error(`Chromium did not leave ${before}`)
}
