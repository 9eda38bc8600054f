/** The session has ended or has never begun. Only signing in helps. */
export class SessionEnded extends Error {
  constructor() {
    super('Your session has ended.')
    this.name = 'SessionEnded'
  }
}

/** A request about the session failed, although the session may go on. */
export class SessionUnavailable extends Error {
  readonly status: number
  /** The problem document, if the response contains one. */
  readonly problem: unknown

  constructor(status: number, problem: unknown) {
    super(`The session could not be refreshed: HTTP status ${status}.`)
    this.name = 'SessionUnavailable'
    this.status = status
    this.problem = problem
  }
}

/** What a session needs of a browser. Tests replace it. */
export interface SessionBrowser {
  /** Sends a POST without a body to this page's own server. Rejects if there is no response. */
  post(path: string, pageSecret: string): Promise<Response>
  /**
   * Runs the work while no other tab of this browser does. Two tabs must not refresh at once: the issuer takes a refresh
   * token that arrives twice for a stolen one, and ends the session.
   */
  alone<T>(work: () => Promise<T>): Promise<T>
  /** The secret of this page in this browser, without which the session's cookie is of no use. */
  pageSecret(): string | undefined
  forgetPageSecret(): void
  /** In milliseconds. */
  now(): number
  sleep(milliseconds: number): Promise<void>
}

/** In milliseconds. A token is replaced this long before its end, so that no request leaves with a token that ends on the way. */
const refreshAhead = 60_000
/** In milliseconds. An ended session is not asked about more often, because every open screen would do so. */
const endedPause = 5_000
/** In milliseconds. The pauses before a request is repeated that failed for a reason that passes. */
const pauses = [500, 1_500]

interface Token {
  readonly value: string
  readonly expiresAt: number
  /** The page's secret at the time of the request. Signing out in any tab removes it, and a new sign-in creates another. */
  readonly pageSecret: string
}

/** Holds the access token of one tab in memory and replaces it before it ends. */
export class TokenHolder {
  readonly #browser: SessionBrowser
  readonly #listeners = new Set<() => void>()
  #token: Token | undefined
  #refreshing: Promise<Token> | undefined
  #endedAt: number | undefined

  constructor(browser: SessionBrowser) {
    this.#browser = browser
  }

  /** @returns a token that is valid for a while @throws SessionEnded, SessionUnavailable, TypeError without a connection */
  async accessToken(): Promise<string> {
    const now = this.#browser.now()
    if (this.#token && this.#isValid(this.#token, refreshAhead)) return this.#token.value
    if (this.#endedAt !== undefined && this.#endedAt + endedPause > now) throw new SessionEnded()
    this.#refreshing ??= this.#refresh().finally(() => {
      this.#refreshing = undefined
    })
    return (await this.#refreshing).value
  }

  /** Forgets the token, for example because the API refused it, so that the next request asks for a new one. */
  forgetToken(): void {
    this.#token = undefined
    this.#endedAt = undefined
  }

  /** @returns a function that ends the subscription */
  onEnded(listener: () => void): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  /** @returns the address that ends the session of the sign-in service, if it has one @throws SessionUnavailable */
  async signOut(): Promise<string | undefined> {
    const secret = this.#browser.pageSecret()
    if (secret === undefined) return undefined
    const { signOutUrl } = await this.#browser.alone(async () =>
      bodyOf<{ signOutUrl?: string }>(await this.#browser.post('/admin/session/sign-out', secret)),
    )
    this.#browser.forgetPageSecret()
    this.forgetToken()
    return signOutUrl
  }

  /** Whether the token belongs to the present session of this browser, and is valid for more than `ahead` milliseconds. */
  #isValid({ expiresAt, pageSecret }: Token, ahead: number): boolean {
    return expiresAt - ahead > this.#browser.now() && pageSecret === this.#browser.pageSecret()
  }

  async #refresh(): Promise<Token> {
    const former = this.#token
    try {
      this.#token = await this.#browser.alone(() => this.#requested())
      this.#endedAt = undefined
      return this.#token
    } catch (error) {
      if (error instanceof SessionEnded) {
        this.#token = undefined
        this.#endedAt = this.#browser.now()
        for (const listener of this.#listeners) listener()
      } else if (former && former === this.#token && this.#isValid(former, 0)) return former
      throw error
    }
  }

  async #requested(): Promise<Token> {
    for (const pause of pauses) {
      try {
        return await this.#requestedOnce()
      } catch (error) {
        if (!passes(error)) throw error
        await this.#browser.sleep(pause)
      }
    }
    return await this.#requestedOnce()
  }

  async #requestedOnce(): Promise<Token> {
    // Another tab may have begun or ended a session in the meantime. Without the secret there is none to ask about.
    const secret = this.#browser.pageSecret()
    if (secret === undefined) throw new SessionEnded()
    const begun = this.#browser.now()
    const response = await this.#browser.post('/admin/session/token', secret)
    if (response.status === 401) throw new SessionEnded()
    const { accessToken, expiresIn } = await bodyOf<{ accessToken: string; expiresIn: number }>(response)
    return { value: accessToken, expiresAt: begun + expiresIn * 1000, pageSecret: secret }
  }
}

/** The server belongs to this page, so that its successful responses need no check. */
const bodyOf = async <T>(response: Response): Promise<T> => {
  if (response.ok) return (await response.json()) as T
  throw new SessionUnavailable(response.status, await response.json().catch(() => undefined))
}

/** Whether the same request may succeed a moment later. `fetch` throws a TypeError if there is no connection. */
const passes = (error: unknown): boolean =>
  error instanceof TypeError || (error instanceof SessionUnavailable && (error.status === 429 || error.status === 503))
