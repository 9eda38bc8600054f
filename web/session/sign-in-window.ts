import { useEffect, useEffectEvent } from 'react'
import { forgetToken, signInAddress } from './session.ts'

const channelName = 'postmaster-session'

/** Where the sign-in window ends. */
export const signedInPath = '/signed-in'

/** Opens the sign-in in a window of its own, so that this tab keeps what was typed. */
export const openSignIn = async (): Promise<void> => {
  window.open(await signInAddress(`/admin${signedInPath}`), 'postmaster-sign-in', 'width=520,height=720')
}

/** Tells the other tabs that a session exists again. */
export const announceSignIn = (): void => {
  const channel = new BroadcastChannel(channelName)
  channel.postMessage('signed-in')
  channel.close()
}

export const useSignedInElsewhere = (onSignedIn: () => void): void => {
  const react = useEffectEvent(onSignedIn)
  useEffect(() => {
    const channel = new BroadcastChannel(channelName)
    channel.onmessage = () => {
      forgetToken()
      react()
    }
    return () => channel.close()
  }, [])
}
