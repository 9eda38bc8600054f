import { CookieJar } from 'tough-cookie'
import { exchange, type Received } from './exchange.ts'
import { formMayLeadTo } from './form-action.ts'
import { type Form, formsOf } from './forms.ts'

export interface Page {
  readonly url: string
  /** 0 if `stopBefore` stopped the browser before this page. */
  readonly status: number
  readonly headers: Received['headers']
  readonly html: string
  readonly forms: readonly Form[]
}

export interface BrowserOptions {
  readonly caPem?: string
  /** Returns true for an address that is not requested. The resulting page then contains only the address. */
  readonly stopBefore?: (url: URL) => boolean
}

interface Navigation {
  readonly method: 'GET' | 'POST'
  readonly url: URL
  readonly body?: URLSearchParams
  /** The previous page. */
  readonly from?: Page | undefined
  readonly byForm?: boolean
}

/** Browsers stop after 20 redirects. */
const maxRedirects = 20

/**
 * An HTTP client with a browser's rules: cookies (RFC 6265bis, SameSite, `__Host-`), redirects, form-action. No
 * scripts.
 */
export class HttpBrowser {
  readonly #caPem: string | undefined
  stopBefore: BrowserOptions['stopBefore']
  readonly #jar = new CookieJar(undefined, { prefixSecurity: 'strict', allowSecureOnLocal: true })
  /** Every requested address, oldest first. */
  readonly visited: string[] = []

  constructor(options: BrowserOptions = {}) {
    this.#caPem = options.caPem
    this.stopBefore = options.stopBefore
  }

  /** Opens an address as if it were typed, or follows a link on the page `from`. */
  async open(url: string, from?: Page): Promise<Page> {
    return await this.#go({ method: 'GET', url: new URL(url, from?.url), from })
  }

  /**
   * Fills a form in and presses a button, by default the first.
   * @throws Error if the page has no such form or button
   */
  async press(page: Page, button?: string, fields: Readonly<Record<string, string>> = {}): Promise<Page> {
    const form = page.forms.find(({ buttons }) => button === undefined || buttons.some(({ text }) => text === button))
    const pressed = form?.buttons.find(({ text }) => button === undefined || text === button)
    if (!form || (button !== undefined && !pressed))
      throw new Error(`No ${button === undefined ? 'form' : `button “${button}”`} at ${page.url}:\n${page.html}`)
    const data = new URLSearchParams([...form.fields])
    if (pressed?.name) data.set(pressed.name, pressed.value)
    for (const [name, value] of Object.entries(fields)) data.set(name, value)
    const url = new URL(form.action, page.url)
    if (form.method === 'GET') url.search = data.toString()
    return await this.#go({
      method: form.method,
      url,
      ...(form.method === 'POST' && { body: data }),
      from: page,
      byForm: true,
    })
  }

  /** The cookies that this browser would send to a typed address: `name=value; …`. */
  async cookies(url: string): Promise<string> {
    return await this.#jar.getCookieString(url)
  }

  async #go(navigation: Navigation): Promise<Page> {
    let { method, url, body } = { body: undefined, ...navigation }
    const { from, byForm = false } = navigation
    for (let redirects = 0; redirects <= maxRedirects; redirects += 1) {
      if (byForm && from) refuseForbidden(from, url)
      if (this.stopBefore?.(url)) return { url: url.href, status: 0, headers: {}, html: '', forms: [] }
      const received = await this.#request(method, url, body, from)
      const next = received.headers.location
      if (next === undefined || received.status < 300 || received.status >= 400)
        return { url: url.href, ...received, html: received.body, forms: formsOf(received.body) }
      url = new URL(next, url)
      // Fetch standard, HTTP-redirect fetch: only 307 and 308 resend the form.
      if (received.status !== 307 && received.status !== 308) [method, body] = ['GET', undefined]
    }
    throw new Error(`More than ${maxRedirects} redirects, the last one to ${url.href}`)
  }

  async #request(method: 'GET' | 'POST', url: URL, body: URLSearchParams | undefined, from: Page | undefined) {
    this.visited.push(url.href)
    const cookie = await this.#jar.getCookieString(url.href, { sameSiteContext: sameSite(method, url, from) })
    const received = await exchange({
      method,
      url,
      headers: {
        accept: 'text/html,*/*;q=0.8',
        ...(cookie !== '' && { cookie }),
        ...(body && { 'content-type': 'application/x-www-form-urlencoded' }),
        ...(body && from && { origin: new URL(from.url).origin }),
      },
      body: body?.toString(),
      caPem: this.#caPem,
    })
    for (const line of received.headers['set-cookie'] ?? [])
      await this.#jar.setCookie(line, url.href, { ignoreError: true })
    return received
  }
}

/** RFC 6265bis section 5.2: from another site, a GET sends Lax cookies and a POST sends only `None` cookies. */
const sameSite = (method: string, url: URL, from: Page | undefined): 'strict' | 'lax' | 'none' => {
  if (!from || new URL(from.url).hostname === url.hostname) return 'strict'
  return method === 'GET' ? 'lax' : 'none'
}

const refuseForbidden = (from: Page, url: URL): void => {
  const policy = from.headers['content-security-policy']
  if (typeof policy === 'string' && !formMayLeadTo(policy, from.url, url.href))
    throw new Error(
      `The Content-Security-Policy of ${from.url} does not allow its form to lead to ${url.origin}: ${policy}`,
    )
}
