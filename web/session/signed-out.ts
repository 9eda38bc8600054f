import { useEffect } from 'react'
import { pageSecret } from './page-secret.ts'

export const signedOutPath = '/admin/session/signed-out'

/**
 * Leaves the page when the person signs out in another tab, so that no mail stays visible in this one. The browser also
 * reports changes of other values in the storage, and a page that it shows again because the person went back.
 */
export const useSignedOutElsewhere = (): void => {
  useEffect(() => {
    const leaveIfSignedOut = () => {
      if (pageSecret() === undefined) window.location.replace(signedOutPath)
    }
    window.addEventListener('storage', leaveIfSignedOut)
    window.addEventListener('pageshow', leaveIfSignedOut)
    return () => {
      window.removeEventListener('storage', leaveIfSignedOut)
      window.removeEventListener('pageshow', leaveIfSignedOut)
    }
  }, [])
}
