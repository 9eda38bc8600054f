import type { BrowserContext, Page } from 'playwright-core'
import { type Dovecot, startDovecot } from '../../mail-server/dovecot/dovecot.ts'
import { Chromium } from '../../oauth2-server/browser/chromium.ts'
import { type OAuth2Server, startOAuth2Server } from '../../oauth2-server/server.ts'
import { accountOn, startStack, type TestStack, type TestStackOptions } from '../../support/stack.ts'
import type { AccountAnswer, StackApi } from '../../support/stack-api.ts'
import { contextOptions, type PageOptions } from './page-options.ts'
import { signIn } from './sign-in.ts'
import { Watch } from './watch.ts'

export interface PageWorldOptions extends TestStackOptions {
  /** The names of the mailboxes on the mail server. They are also people at the sign-in service. */
  readonly mailboxes?: readonly string[]
}

/** The password of every mailbox. */
export const mailboxPassword = 'the mailbox’s own password'

/** What a person needs to use the page: the whole product, a mail server, a sign-in service for mailboxes, and a browser. */
export class PageWorld implements AsyncDisposable {
  readonly stack: TestStack
  readonly mail: Dovecot
  readonly signInService: OAuth2Server
  readonly #chromium: Chromium
  readonly #open: { context: BrowserContext; watch: Watch }[] = []

  private constructor(stack: TestStack, mail: Dovecot, signInService: OAuth2Server, chromium: Chromium) {
    this.stack = stack
    this.mail = mail
    this.signInService = signInService
    this.#chromium = chromium
  }

  static async start({ mailboxes = ['desk@example.com'], ...options }: PageWorldOptions = {}): Promise<PageWorld> {
    await using started = new AsyncDisposableStack()
    const signInService = await startOAuth2Server({
      users: mailboxes.map((email) => ({ email, password: mailboxPassword })),
    })
    started.defer(() => signInService.stop())
    const users = mailboxes.map((name) => ({ name, password: mailboxPassword }))
    const mail = await startDovecot({ users, oauth2: signInService })
    started.defer(() => mail.stop())
    // The sign-in service of the tests uses HTTP, which is possible only on the same machine.
    const parameters = { AllowClearTextOnLoopback: 'true', ...options.parameters }
    const stack = started.use(await startStack({ servers: [mail], ...options, parameters }))
    const chromium = started.use(await Chromium.start())
    started.move()
    return new PageWorld(stack, mail, signInService, chromium)
  }

  get api(): StackApi {
    return this.stack.api
  }

  /** Opens the page in a new browser profile, signs in, and waits until the page shows its content. */
  async openPage(options: PageOptions = {}): Promise<Page> {
    const page = await this.openStranger(options)
    await signIn(page, this.stack.local, options)
    return page
  }

  /** Opens an empty tab in a new browser profile, in which no one has signed in. */
  async openStranger(options: PageOptions = {}): Promise<Page> {
    const context = await this.#chromium.openContext({ ...contextOptions(options), baseURL: this.stack.local.apiUrl })
    const { alsoVisited = [] } = options
    this.#open.push({ context, watch: new Watch(context, { origin: this.stack.local.apiUrl, alsoVisited }) })
    return await context.newPage()
  }

  /** The journey causes responses with this status on purpose. */
  expectRefusal(status: number, path: RegExp): void {
    for (const { watch } of this.#open) watch.expectRefusal(status, path)
  }

  /** Closes all tabs. @returns what they wrote to the console, and their requests to other origins */
  async closePages(): Promise<string[]> {
    const closed = this.#open.splice(0)
    for (const { context } of closed) await context.close()
    return closed.flatMap(({ watch }) => watch.found)
  }

  /** Creates an account for a mailbox on the mail server without starting a run. */
  async createAccount(mailbox: string, fields: Record<string, unknown> = {}): Promise<AccountAnswer> {
    const settings = accountOn(this.mail, 'IMAPS', mailbox)
    return await this.api.createAccount({ ...settings, password: mailboxPassword, ...fields })
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#chromium[Symbol.asyncDispose]()
    await this.stack[Symbol.asyncDispose]()
    await this.mail.stop()
    await this.signInService.stop()
  }
}
