import type { BrowserContext, ConsoleMessage, Request } from 'playwright-core'

/** A response with an error status that a journey causes on purpose. */
export interface Refusal {
  readonly status: number
  /** Matches the path of the response's address. */
  readonly path: RegExp
}

export interface WatchOptions {
  /** The page's own origin. */
  readonly origin: string
  /** Other origins that a person visits on the journey, such as a sign-in service. */
  readonly alsoVisited?: readonly string[]
}

/** Without a session, the page learns from this response that a person has to sign in. */
const withoutSession: Refusal = { status: 401, path: /^\/admin\/session\/token$/ }

/**
 * Records what the tabs of a browser context must not do: write to the console, throw an error, or request anything
 * from another origin.
 */
export class Watch {
  readonly #found: string[] = []
  readonly #refusals: Refusal[] = [withoutSession]
  readonly #origins: ReadonlySet<string>

  constructor(context: BrowserContext, { origin, alsoVisited = [] }: WatchOptions) {
    this.#origins = new Set([origin, ...alsoVisited].map((url) => new URL(url).origin))
    context.on('console', (message) => this.#onConsole(message))
    context.on('weberror', (error) => void this.#found.push(`error: ${error.error().stack ?? error.error().message}`))
    context.on('request', (request) => this.#onRequest(request))
  }

  /** Chromium writes a line to the console for every response with an error status. The journey expects this one. */
  expectRefusal(refusal: Refusal): void {
    this.#refusals.push(refusal)
  }

  /** One line for each thing that the tabs must not do. Empty if they behaved. */
  get found(): readonly string[] {
    return this.#found
  }

  #onConsole(message: ConsoleMessage): void {
    if (!this.#isExpected(message))
      this.#found.push(`console ${message.type()}: ${message.text()} (${placeOf(message)})`)
  }

  #isExpected(message: ConsoleMessage): boolean {
    const status = /^Failed to load resource: the server responded with a status of (\d{3})/.exec(message.text())?.[1]
    if (status === undefined) return false
    const path = new URL(message.location().url).pathname
    return this.#refusals.some((one) => one.status === Number(status) && one.path.test(path))
  }

  #onRequest(request: Request): void {
    const url = new URL(request.url())
    if (/^https?:$/.test(url.protocol) && !this.#origins.has(url.origin))
      this.#found.push(`request to another origin: ${request.method()} ${url}`)
  }
}

const placeOf = (message: ConsoleMessage): string => {
  const { url, lineNumber } = message.location()
  return `${url}:${lineNumber}`
}
