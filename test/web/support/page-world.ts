import type { Page } from 'playwright-core'
import { type Dovecot, startDovecot } from '../../mail-server/dovecot/dovecot.ts'
import { type OAuth2Server, startOAuth2Server } from '../../oauth2-server/server.ts'
import { accountOn, startStack, type TestStack, type TestStackOptions } from '../../support/stack.ts'
import type { AccountAnswer, StackApi } from '../../support/stack-api.ts'
import { PageBrowser } from './page-browser.ts'
import type { PageOptions } from './page-options.ts'

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
  readonly browser: PageBrowser

  private constructor(stack: TestStack, mail: Dovecot, signInService: OAuth2Server, browser: PageBrowser) {
    this.stack = stack
    this.mail = mail
    this.signInService = signInService
    this.browser = browser
  }

  static async start({ mailboxes = ['desk@example.com'], ...options }: PageWorldOptions = {}): Promise<PageWorld> {
    await using started = new AsyncDisposableStack()
    const people = mailboxes.map((email) => ({ email, password: mailboxPassword }))
    const signInService = started.use(await startOAuth2Server({ users: people }))
    const users = mailboxes.map((name) => ({ name, password: mailboxPassword }))
    const mail = started.use(await startDovecot({ users, oauth2: signInService }))
    // The sign-in service of the tests uses HTTP, which is possible only on the same machine.
    const parameters = { AllowClearTextOnLoopback: 'true', ...options.parameters }
    const stack = started.use(await startStack({ servers: [mail], ...options, parameters }))
    const browser = started.use(await PageBrowser.start(stack.local))
    started.move()
    return new PageWorld(stack, mail, signInService, browser)
  }

  get api(): StackApi {
    return this.stack.api
  }

  /** Opens the wanted screen in a new browser profile, with the key of the printed address, which signs in. */
  openPage(options?: PageOptions): Promise<Page> {
    return this.browser.openPage(options)
  }

  /** Opens an empty tab in a new browser profile, in which no one has signed in. */
  openStranger(options?: PageOptions): Promise<Page> {
    return this.browser.openStranger(options)
  }

  /** From now on, until the end of the test, the journey causes responses with this status on purpose. */
  expectRefusal(status: number, path: RegExp): void {
    this.browser.expectRefusal(status, path)
  }

  /** Creates an account for a mailbox on the mail server without starting a run. */
  async createAccount(mailbox: string, fields: Record<string, unknown> = {}): Promise<AccountAnswer> {
    const settings = accountOn(this.mail, 'IMAPS', mailbox)
    return await this.api.createAccount({ ...settings, password: mailboxPassword, ...fields })
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.browser[Symbol.asyncDispose]()
    await this.stack[Symbol.asyncDispose]()
    await this.mail.stop()
    await this.signInService.stop()
  }
}
