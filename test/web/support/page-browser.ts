import type { BrowserContext, Page } from 'playwright-core'
import type { LocalStack } from '../../../local/start-local.ts'
import { Chromium } from '../../oauth2-server/browser/chromium.ts'
import { contextOptions, type PageOptions } from './page-options.ts'
import { signedIn, signInAddress } from './sign-in.ts'
import { type Refusal, Watch } from './watch.ts'

/** A browser for the page of a running stack, with a watch on every tab. */
export class PageBrowser implements AsyncDisposable {
  readonly #local: LocalStack
  readonly #chromium: Chromium
  readonly #open: { context: BrowserContext; watch: Watch }[] = []
  #expected: Refusal[] = []

  private constructor(local: LocalStack, chromium: Chromium) {
    this.#local = local
    this.#chromium = chromium
  }

  static async start(local: LocalStack): Promise<PageBrowser> {
    return new PageBrowser(local, await Chromium.start())
  }

  /** Opens the wanted screen in a new browser profile, with the key of the printed address, which signs in. */
  async openPage(options: PageOptions = {}): Promise<Page> {
    const page = await this.openStranger(options)
    await page.goto(signInAddress(this.#local, options))
    await signedIn(page)
    return page
  }

  /** Opens an empty tab in a new browser profile, in which no one has signed in. */
  async openStranger(options: PageOptions = {}): Promise<Page> {
    const { apiUrl } = this.#local
    const context = await this.#chromium.openContext({ ...contextOptions(options), baseURL: apiUrl })
    const watch = new Watch(context, { origin: apiUrl, alsoVisited: options.alsoVisited ?? [] })
    for (const refusal of this.#expected) watch.expectRefusal(refusal)
    this.#open.push({ context, watch })
    return await context.newPage()
  }

  /** From now on, until all tabs are closed, the journey causes responses with this status on purpose. */
  expectRefusal(status: number, path: RegExp): void {
    const refusal = { status, path }
    this.#expected.push(refusal)
    for (const { watch } of this.#open) watch.expectRefusal(refusal)
  }

  /** Closes all tabs. @returns what they wrote to the console, and their requests to other origins */
  async closePages(): Promise<string[]> {
    const closed = this.#open.splice(0)
    this.#expected = []
    for (const { context } of closed) await context.close()
    return closed.flatMap(({ watch }) => watch.found)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#chromium[Symbol.asyncDispose]()
  }
}
