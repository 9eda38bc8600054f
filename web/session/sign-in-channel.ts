const channelName = 'postmaster-session'

/** Tells the other tabs that a session exists again. */
export const announceSignIn = (): void => {
  const channel = new BroadcastChannel(channelName)
  channel.postMessage('signed-in')
  channel.close()
}

/** @returns a function that ends the subscription */
export const onSignInElsewhere = (listener: () => void): (() => void) => {
  const channel = new BroadcastChannel(channelName)
  channel.onmessage = listener
  return () => channel.close()
}
