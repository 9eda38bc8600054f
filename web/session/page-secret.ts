const storedAs = 'postmaster-page-secret'

/**
 * A secret of this page in this browser, which only scripts of this origin can read. The server binds a session to its
 * hash. A cookie alone is therefore of no use, even to a server on another port of this machine, to which browsers also
 * send the cookies of this one.
 */
export const pageSecret = (): string | undefined => localStorage.getItem(storedAs) ?? undefined

export const forgetPageSecret = (): void => localStorage.removeItem(storedAs)

/** @returns the hash of the secret, which is created if there is none */
export const pageHash = async (): Promise<string> => {
  const secret = pageSecret() ?? base64url(crypto.getRandomValues(new Uint8Array(32)))
  localStorage.setItem(storedAs, secret)
  return base64url(new Uint8Array(await crypto.subtle.digest('SHA-256', new TextEncoder().encode(secret))))
}

const base64url = (bytes: Uint8Array): string =>
  btoa(String.fromCharCode(...bytes))
    .replaceAll('+', '-')
    .replaceAll('/', '_')
    .replaceAll('=', '')
