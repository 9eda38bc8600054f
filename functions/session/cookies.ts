import { mostPendingSignIns, signInLifetime } from '../../lib/session/session-limits.ts'

/** In characters. Browsers accept 4,096 for the name and the value (RFC 6265bis section 5.6). */
const longestValue = 4_000
/** A long refresh token needs two cookies. */
const sessionParts = ['', '-2'] as const

/**
 * The cookies of the admin page. `__Host-` (RFC 6265bis section 4.1.3.2) means that a cookie is sent only over TLS and
 * only to this host, and that no other host can set it. The local run does not use TLS, so its cookies have plain
 * names. These contain the port, because browsers send the cookies of one port to every other port of the machine.
 */
export class SessionCookies {
  readonly #prefix: string
  readonly #attributes: string

  constructor(pageUrl: string) {
    const { protocol, port } = new URL(pageUrl)
    const isEncrypted = protocol === 'https:'
    this.#prefix = isEncrypted ? '__Host-postmaster-' : `postmaster-${port}-`
    this.#attributes = `Path=/; HttpOnly${isEncrypted ? '; Secure' : ''}`
  }

  /**
   * Sets the cookie of one sign-in, so that several tabs can sign in at the same time. It is Lax, because the issuer
   * sends the browser back from another site. The cookies of the oldest unfinished sign-ins are removed, because requests
   * with many cookies become too large.
   */
  beginSignIn(cookies: readonly string[], state: string, sealed: string): string[] {
    const name = this.#signInName(state)
    const pending = this.#names(cookies).filter((one) => one.startsWith(this.#signInPrefix) && one !== name)
    const forgotten = pending.slice(0, Math.max(0, pending.length - mostPendingSignIns + 1))
    return [this.#line(name, sealed, 'Lax', signInLifetime), ...forgotten.map((one) => this.#line(one, '', 'Lax', 0))]
  }

  signIn(cookies: readonly string[], state: string): string | undefined {
    return this.#value(cookies, this.#signInName(state))
  }

  endSignIn(state: string): string {
    return this.#line(this.#signInName(state), '', 'Lax', 0)
  }

  /** Sets the cookies of a session. They are Strict: only the page itself sends them. @param lifetime in seconds */
  begin(sealed: string, lifetime: number): string[] {
    return sessionParts.map((part, i) => {
      const value = sealed.slice(i * longestValue, (i + 1) * longestValue)
      return this.#line(this.#sessionName(part), value, 'Strict', value === '' ? 0 : lifetime)
    })
  }

  session(cookies: readonly string[]): string | undefined {
    const parts = sessionParts.map((part) => this.#value(cookies, this.#sessionName(part)) ?? '')
    return parts[0] === '' ? undefined : parts.join('')
  }

  end(): string[] {
    return this.begin('', 0)
  }

  get #signInPrefix(): string {
    return `${this.#prefix}sign-in-`
  }

  /** Ten characters distinguish the sign-ins that one browser begins within ten minutes. */
  #signInName(state: string): string {
    return `${this.#signInPrefix}${state.replaceAll(/[^\w-]/g, '').slice(0, 10)}`
  }

  #sessionName(part: (typeof sessionParts)[number]): string {
    return `${this.#prefix}session${part}`
  }

  #names(cookies: readonly string[]): string[] {
    return cookies.map((cookie) => cookie.split('=', 1)[0] ?? '')
  }

  #value(cookies: readonly string[], name: string): string | undefined {
    return cookies.find((cookie) => cookie.startsWith(`${name}=`))?.slice(name.length + 1)
  }

  #line(name: string, value: string, sameSite: 'Lax' | 'Strict', maxAge: number): string {
    return `${name}=${value}; ${this.#attributes}; SameSite=${sameSite}; Max-Age=${maxAge}`
  }
}
