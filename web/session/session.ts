import { forgetPageSecret, pageHash, pageSecret } from './page-secret.ts'
import { announceSignIn } from './sign-in-channel.ts'
import { signInKey } from './sign-in-key.ts'
import { signedOutPath } from './signed-out.ts'
import { TokenHolder } from './token-holder.ts'

const lock = 'postmaster-session'
/** In milliseconds. A sign-in that failed is not repeated automatically within this time. */
const automaticPause = 30_000
const begunAt = 'postmaster-sign-in-begun-at'

const holder = new TokenHolder({
  post: (path, secret) =>
    fetch(path, { method: 'POST', headers: { 'X-Postmaster-Session': secret }, cache: 'no-store' }),
  alone: async (work) => await navigator.locks.request(lock, () => work()),
  pageSecret,
  forgetPageSecret,
  now: () => Date.now(),
  sleep: (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds)),
})

/** @returns an access token that is valid for a while. It exists only in the memory of this tab. @throws SessionEnded */
export const accessToken = async (): Promise<string> => {
  const token = await holder.accessToken()
  if (sessionStorage.getItem(begunAt) !== null) {
    sessionStorage.removeItem(begunAt)
    // Tabs whose session had ended can go on.
    announceSignIn()
  }
  return token
}

/** Forgets the token, for example because the API refused it, so that the next request asks for a new one. */
export const forgetToken = (): void => holder.forgetToken()

/** @returns a function that ends the subscription */
export const onSessionEnded = (listener: () => void): (() => void) => holder.onEnded(listener)

/** @returns the address that begins a sign-in and ends at `returnTo`, a path of the page */
export const signInAddress = async (returnTo: string): Promise<string> => {
  const hash = await navigator.locks.request(lock, pageHash)
  const query = new URLSearchParams({
    returnTo,
    pageHash: hash,
    origin: window.location.origin,
    ...(signInKey !== undefined && { hint: signInKey }),
  })
  return `/admin/session/sign-in?${query}`
}

/** Leaves the page to sign in. */
export const signIn = async (returnTo: string): Promise<void> => {
  sessionStorage.setItem(begunAt, String(Date.now()))
  window.location.assign(await signInAddress(returnTo))
}

/**
 * Whether the page may begin a sign-in without being asked. A browser without cookies would otherwise never stop. An
 * address with a key may always begin one, because no sign-in leads back to it.
 */
export const maySignInAutomatically = (): boolean =>
  signInKey !== undefined || Number(sessionStorage.getItem(begunAt) ?? 0) + automaticPause < Date.now()

/** Ends the session and leaves the page. @throws SessionUnavailable */
export const signOut = async (): Promise<void> => window.location.assign((await holder.signOut()) ?? signedOutPath)
