import { useEffect, useEffectEvent } from 'react'
import { forgetToken, signInAddress } from './session.ts'
import { onSignInElsewhere } from './sign-in-channel.ts'

/** Where the sign-in window ends. */
export const signedInPath = '/signed-in'

/** Opens the sign-in in a window of its own, so that this tab keeps what was typed. */
export const openSignIn = async (): Promise<void> => {
  window.open(await signInAddress(`/admin${signedInPath}`), 'postmaster-sign-in', 'width=520,height=720')
}

export const useSignedInElsewhere = (onSignedIn: () => void): void => {
  const react = useEffectEvent(onSignedIn)
  useEffect(
    () =>
      onSignInElsewhere(() => {
        forgetToken()
        react()
      }),
    [],
  )
}
