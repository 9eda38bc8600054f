/** How long before its end an access token is replaced, in milliseconds, so that no request leaves with a token that ends on the way. */
const refreshAhead = 30_000

/** The session has ended or has never begun. Only signing in helps. */
export class SessionEnded extends Error {
  constructor() {
    super('Your session has ended.')
    this.name = 'SessionEnded'
  }
}

interface Token {
  readonly value: string
  readonly expiresAt: number
}

let token: Token | undefined
let refreshing: Promise<Token> | undefined
const endedListeners = new Set<() => void>()

/** @returns an access token that is valid for a while. It exists only in the memory of this tab. @throws SessionEnded */
export const accessToken = async (): Promise<string> => {
  if (token && token.expiresAt - refreshAhead > Date.now()) return token.value
  refreshing ??= refresh().finally(() => {
    refreshing = undefined
  })
  token = await refreshing
  return token.value
}

/** Forgets the token, for example because the API refused it, so that the next request asks for a new one. */
export const forgetToken = (): void => {
  token = undefined
}

/** @returns a function that ends the subscription */
export const onSessionEnded = (listener: () => void): (() => void) => {
  endedListeners.add(listener)
  return () => endedListeners.delete(listener)
}

/** @returns the address that begins a sign-in and ends at `returnTo`, a path of the page */
export const signInAddress = (returnTo: string): string =>
  `/admin/session/sign-in?returnTo=${encodeURIComponent(returnTo)}`

export const signOut = async (): Promise<void> => {
  const answer = await ask('/admin/session/sign-out')
  token = undefined
  const { signOutUrl } = (answer.ok ? await answer.json() : {}) as { signOutUrl?: string }
  window.location.assign(signOutUrl ?? '/admin')
}

/** Two tabs must not refresh at once: the issuer takes a refresh token that comes twice for a stolen one and ends the session. */
const refresh = (): Promise<Token> =>
  navigator.locks.request('postmaster-session', async () => {
    const answer = await ask('/admin/session/token')
    if (answer.status === 401) {
      for (const listener of endedListeners) listener()
      throw new SessionEnded()
    }
    if (!answer.ok) throw new Error(`The session could not be refreshed: HTTP status ${answer.status}.`)
    const { accessToken: value, expiresAt } = (await answer.json()) as { accessToken: string; expiresAt: string }
    return { value, expiresAt: Date.parse(expiresAt) }
  })

const ask = (path: string): Promise<Response> =>
  fetch(path, { method: 'POST', headers: { 'X-Postmaster-Session': '1' }, cache: 'no-store' })
