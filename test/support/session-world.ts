import type { APIGatewayProxyEventV2, Context } from 'aws-lambda'
import { SessionCookies } from '../../functions/session/cookies.ts'
import { sessionHandler } from '../../functions/session/handler.ts'
import { hashOf, newSecret } from '../../lib/secrets/random-secret.ts'
import { CookieCipher } from '../../lib/session/cookie-cipher.ts'
import { pendingSignInSchema, sessionSchema } from '../../lib/session/cookie-contents.ts'
import { Issuer, type PageClient } from '../../lib/session/issuer.ts'
import { pagePaths } from '../../lib/session/page-address.ts'
import { consentInBrowser } from '../oauth2-server/browser/consent.ts'
import { HttpBrowser } from '../oauth2-server/browser/http-browser.ts'
import { type OAuth2Server, startOAuth2Server } from '../oauth2-server/server.ts'
import { MemoryDataKeys } from './data-keys.ts'
import { memoryLog } from './http-event.ts'
import { type VisitedPage, Visitor } from './page-visitor.ts'

export const pageUrl = 'https://postmaster.example.com'

export interface SessionAnswer {
  readonly status: number
  // biome-ignore lint/suspicious/noExplicitAny: tests look into documents of every shape
  readonly body: any
  readonly cookies: readonly string[]
  readonly headers: Readonly<Record<string, unknown>>
}

/** The session function, and a browser with the page's secret. */
export class SessionWorld implements AsyncDisposable {
  readonly server: OAuth2Server
  readonly keys = new MemoryDataKeys()
  readonly log = memoryLog()
  readonly clock = { now: new Date() }
  readonly pageSecret = newSecret()
  readonly visitor: Visitor
  readonly #handler: ReturnType<typeof sessionHandler>

  private constructor(server: OAuth2Server, client: Partial<PageClient>) {
    this.server = server
    const issuer = new Issuer({
      issuer: server.issuer,
      clientId: server.clients.public.clientId,
      token: 'id',
      redirectUri: `${pageUrl}${pagePaths.callback}`,
      signedOutUri: `${pageUrl}${pagePaths.signedOut}`,
      ...client,
    })
    this.#handler = sessionHandler(
      {
        issuer,
        pendingSignIns: new CookieCipher(this.keys, 'sign-in', pendingSignInSchema),
        sessions: new CookieCipher(this.keys, 'session', sessionSchema),
        cookies: new SessionCookies(pageUrl),
        pageUrl,
        now: () => this.clock.now,
      },
      this.log,
    )
    this.visitor = this.newVisitor()
  }

  /** The issuer rotates refresh tokens: using one twice ends its session. */
  static async start(client: Partial<PageClient> = {}): Promise<SessionWorld> {
    const server = await startOAuth2Server({ policy: { onRefresh: 'rotate', refreshTokens: 'always' } })
    server.allowRedirect(`${pageUrl}${pagePaths.callback}`)
    return new SessionWorld(server, client)
  }

  newVisitor(): Visitor {
    return new Visitor(pageUrl, { '/admin/session/': this.#handler })
  }

  signInAddress(returnTo = '/admin/accounts'): string {
    return `${pagePaths.signIn}?${new URLSearchParams({ returnTo, pageHash: hashOf(this.pageSecret) })}`
  }

  /** Acts as a person at the issuer's pages. @returns the address to which the issuer sends the browser back */
  async atIssuer(url: string): Promise<string> {
    const [user] = this.server.users
    if (user === undefined) throw new Error('the issuer has no user')
    const browser = new HttpBrowser({})
    browser.stopBefore = ({ href }) => href.startsWith(pageUrl)
    return (await consentInBrowser(url, user, { browser })).url
  }

  async signIn(returnTo?: string, visitor = this.visitor): Promise<VisitedPage> {
    const { location = '' } = await visitor.get(this.signInAddress(returnTo))
    return await visitor.get(await this.atIssuer(location))
  }

  /** Sends a request as the page does. @param headers replace the page's own; undefined removes one */
  async post(
    path: string,
    {
      headers = {},
      cookies = this.cookieLines(),
    }: { headers?: Record<string, string | undefined>; cookies?: string[] } = {},
  ): Promise<SessionAnswer> {
    const sent = {
      'x-postmaster-session': this.pageSecret,
      'sec-fetch-site': 'same-origin',
      origin: pageUrl,
      host: new URL(pageUrl).host,
      ...headers,
    }
    const event = {
      version: '2.0',
      rawPath: path,
      headers: Object.fromEntries(Object.entries(sent).filter(([, value]) => value !== undefined)),
      cookies,
      isBase64Encoded: false,
      requestContext: { requestId: 'request-1', http: { method: 'POST', path } },
    }
    const context = { awsRequestId: 'invocation-1', getRemainingTimeInMillis: () => 29_000 }
    const answer = await this.#handler(event as unknown as APIGatewayProxyEventV2, context as Context)
    for (const line of answer.cookies ?? []) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(line) ?? []
      this.visitor.cookies.set(name, value)
    }
    return {
      status: answer.statusCode ?? 0,
      body: JSON.parse(answer.body ?? 'null'),
      cookies: answer.cookies ?? [],
      headers: answer.headers ?? {},
    }
  }

  token = (options?: Parameters<SessionWorld['post']>[1]): Promise<SessionAnswer> => this.post(pagePaths.token, options)

  cookieLines(): string[] {
    return [...this.visitor.cookies].filter(([, value]) => value !== '').map(([name, value]) => `${name}=${value}`)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.server.stop()
  }
}
