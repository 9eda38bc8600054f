import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2, Context } from 'aws-lambda'

type PageHandler = (event: APIGatewayProxyEventV2, context: Context) => Promise<APIGatewayProxyStructuredResultV2>
/** The handlers, keyed by the beginning of their paths. */
export type PageHandlers = Readonly<Record<string, PageHandler>>

export interface VisitedPage {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly html: string
  /** The readable text of the page. */
  readonly text: string
  /** The target of a redirect. */
  readonly location: string | undefined
  readonly cookies: readonly string[]
}

/**
 * A person with a browser. It keeps cookies and does not follow redirects automatically. Its requests go straight to
 * the functions.
 */
export class Visitor {
  readonly cookies = new Map<string, string>()
  readonly #origin: string
  readonly #handlers: PageHandlers

  constructor(origin: string, handlers: PageHandlers) {
    this.#origin = origin
    this.#handlers = handlers
  }

  get(url: string, headers: Record<string, string> = {}): Promise<VisitedPage> {
    return this.#ask('GET', url, headers)
  }

  /** Presses the only button on the page. */
  press(
    url: string,
    headers: Record<string, string> = { origin: this.#origin, 'sec-fetch-site': 'same-origin' },
  ): Promise<VisitedPage> {
    return this.#ask('POST', url, { 'content-type': 'application/x-www-form-urlencoded', ...headers })
  }

  /** Follows redirects on our own pages. */
  async arrive(url: string): Promise<VisitedPage> {
    const page = await this.get(url)
    return page.location?.startsWith(`${this.#origin}/`) ? await this.arrive(page.location) : page
  }

  async #ask(method: string, url: string, headers: Record<string, string>): Promise<VisitedPage> {
    const { pathname, searchParams } = new URL(url, this.#origin)
    const [start, handler] = Object.entries(this.#handlers).find(([prefix]) => pathname.startsWith(prefix)) ?? []
    if (!handler || start === undefined) throw new Error(`no page at ${pathname}`)
    const event = {
      version: '2.0',
      routeKey: `${method} ${start}`,
      rawPath: pathname,
      rawQueryString: searchParams.toString(),
      headers,
      ...(this.cookies.size > 0 && { cookies: [...this.cookies].map(([name, value]) => `${name}=${value}`) }),
      ...(searchParams.size > 0 && {
        queryStringParameters: Object.fromEntries(
          [...new Set(searchParams.keys())].map((name) => [name, searchParams.getAll(name).join(',')]),
        ),
      }),
      isBase64Encoded: false,
      requestContext: {
        requestId: 'request-1',
        http: { method, path: pathname, protocol: 'HTTP/1.1', sourceIp: '192.0.2.1', userAgent: 'test' },
      },
    }
    const context = { awsRequestId: 'invocation-1', getRemainingTimeInMillis: () => 29_000 }
    const answer = await handler(event as unknown as APIGatewayProxyEventV2, context as Context)
    for (const line of answer.cookies ?? []) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(line) ?? []
      this.cookies.set(name, value)
    }
    const answered = Object.entries(answer.headers ?? {}).map(([name, value]) => [name.toLowerCase(), String(value)])
    const kept: Record<string, string> = Object.fromEntries(answered)
    const html = answer.body ?? ''
    return {
      status: answer.statusCode ?? 0,
      headers: kept,
      html,
      text: readable(html),
      location: kept.location,
      cookies: answer.cookies ?? [],
    }
  }
}

const readable = (html: string): string =>
  html
    .replace(/<style>.*?<\/style>/s, '')
    .replaceAll(/<[^>]+>/g, ' ')
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&quot;', '"')
    .replaceAll('&#39;', "'")
    .replaceAll('&amp;', '&')
    .replaceAll(/\s+/g, ' ')
    .trim()
