import * as z from 'zod'
import type { AccountType } from '../../lib/mailbox/account-type.ts'
import { type ConsentOptions, consentInBrowser } from '../oauth2-server/browser/consent.ts'
import type { Page } from '../oauth2-server/browser/http-browser.ts'
import type { TestUser } from '../oauth2-server/options.ts'
import type { OAuth2Server } from '../oauth2-server/server.ts'
import { accountOn, startStack, type TestStack, type TestStackOptions } from './stack.ts'
import type { AccountAnswer, StackApi } from './stack-api.ts'

const madeProvider = z.object({ providerId: z.string() })
const madeProfile = z.object({ profileId: z.string(), redirectUri: z.string() })
const linkSchema = z.object({ consentId: z.string(), url: z.string(), expiresAt: z.string() })

type MailServer = Parameters<typeof accountOn>[0]
type Person = Pick<TestUser, 'email' | 'password'>

export interface OAuth2StackOptions extends TestStackOptions {
  readonly server: OAuth2Server
  readonly mail: MailServer
}

/**
 * The whole product with an authorization server and a mail server that accepts its tokens: one provider, one profile.
 */
export class OAuth2Stack implements AsyncDisposable {
  readonly stack: TestStack
  readonly api: StackApi
  readonly server: OAuth2Server
  readonly mail: MailServer
  readonly providerId: string
  /** The id of the profile for people who consent. */
  readonly profileId: string

  private constructor(
    place: { stack: TestStack; server: OAuth2Server; mail: MailServer },
    ids: { providerId: string; profileId: string },
  ) {
    this.stack = place.stack
    this.api = place.stack.api
    this.server = place.server
    this.mail = place.mail
    this.providerId = ids.providerId
    this.profileId = ids.profileId
  }

  static async start({ server, mail, parameters, ...options }: OAuth2StackOptions): Promise<OAuth2Stack> {
    // The authorization server of the tests uses http, which is possible only on the same machine.
    const set = { AllowClearTextOnLoopback: 'true', ...parameters }
    const stack = await startStack({ servers: [mail], ...options, parameters: set })
    const { api } = stack
    const provider = madeProvider.parse(
      (await api.good('POST', '/oauth2/providers', { body: providerOf(server) })).body,
    )
    const { clientId, clientSecret } = server.clients.confidential
    const body = { name: 'Desk', providerId: provider.providerId, clientId, clientSecret }
    const { profileId, redirectUri } = madeProfile.parse((await api.good('POST', '/oauth2/profiles', { body })).body)
    server.allowRedirect(redirectUri)
    return new OAuth2Stack({ stack, server, mail }, { providerId: provider.providerId, profileId })
  }

  /**
   * Creates another profile of the same provider.
   * @returns its id
   */
  async createProfile(fields: Record<string, unknown>): Promise<string> {
    const body = { providerId: this.providerId, ...fields }
    return madeProfile.parse((await this.api.good('POST', '/oauth2/profiles', { body })).body).profileId
  }

  /** Creates an account of the profile that is not connected yet. */
  async createAccount(
    type: AccountType,
    username: string,
    fields: Record<string, unknown> = {},
  ): Promise<AccountAnswer> {
    const settings = accountOn(this.mail, type, username)
    return await this.api.createAccount({
      ...settings,
      authentication: 'oauth2',
      profileId: this.profileId,
      ...fields,
    })
  }

  /** Creates the link that an admin sends to the mailbox's owner. */
  async link(accountId: string, body: Record<string, unknown> = {}): Promise<z.infer<typeof linkSchema>> {
    return linkSchema.parse((await this.api.good('POST', `/accounts/${accountId}/oauth2/authorize`, { body })).body)
  }

  /**
   * Opens a new link as a person and completes the consent.
   * @returns the last page
   */
  async consent(accountId: string, person: Person, options: ConsentOptions = {}): Promise<Page> {
    return await consentInBrowser((await this.link(accountId)).url, person, options)
  }

  /** Completes a consent and waits for the fetch that follows it. */
  async connect(accountId: string, person: Person) {
    const before = new Set((await this.api.runsOf(accountId)).map(({ runId }) => runId))
    const page = await this.consent(accountId, person)
    const [run, another] = (await this.api.runsOf(accountId)).filter(({ runId }) => !before.has(runId))
    if (!run || another) throw new Error(`expected exactly one run after the consent: ${readable(page)}`)
    return { page, run: await this.api.ended(run.runId) }
  }

  /** Fetches now and waits for the run to end. */
  async fetch(accountId: string) {
    return await this.api.ended(await this.api.fetchNow(accountId))
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stack[Symbol.asyncDispose]()
  }
}

/** The provider as an admin describes it. The server gives refresh tokens only for `prompt=consent`. */
export const providerOf = ({ endpoints }: OAuth2Server) => ({
  name: 'Login of Example Ltd',
  authorizationEndpoint: endpoints.authorization,
  tokenEndpoint: endpoints.token,
  revocationEndpoint: endpoints.revocation,
  scopes: {
    imap: ['openid', 'email', 'offline_access', 'mail.imap'],
    pop3: ['openid', 'email', 'offline_access', 'mail.pop3'],
  },
  clientCredentialsScopes: ['mail.imap'],
  hosts: { imap: 'localhost', pop3: 'localhost' },
  authorizationParameters: { prompt: 'consent' },
})

/** @returns the readable text of a page */
export const readable = ({ html }: Pick<Page, 'html'>): string =>
  html
    .replace(/<style>.*?<\/style>/s, '')
    .replaceAll(/<[^>]+>/g, ' ')
    .replaceAll('&#39;', "'")
    .replaceAll('&quot;', '"')
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&amp;', '&')
    .replaceAll(/\s+/g, ' ')
    .trim()
