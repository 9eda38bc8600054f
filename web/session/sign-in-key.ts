const inAddress = /^#sign-in=([\w-]+)$/

/**
 * Takes the key out of the address that the local run prints, so that it does not stay visible and is not bookmarked. A
 * browser does not send this part of an address to a server.
 */
const takenKey = (): string | undefined => {
  const key = inAddress.exec(window.location.hash)?.[1]
  if (key !== undefined) history.replaceState(history.state, '', window.location.pathname + window.location.search)
  return key
}

/** The key of the local run, with which the page signs in without a password. */
export const signInKey = takenKey()
