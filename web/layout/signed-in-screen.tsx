import Box from '@cloudscape-design/components/box'
import { useEffect } from 'react'
import { announceSignIn } from '../session/sign-in-channel.ts'

/** The end of a sign-in in a window of its own. The browser may refuse to close the window. */
const SignedInScreen = () => {
  useEffect(() => {
    announceSignIn()
    window.close()
  }, [])
  return (
    <Box textAlign="center" padding="xxxl">
      <Box variant="h1">You are signed in</Box>
      <Box variant="p">Close this window and go on where you were.</Box>
    </Box>
  )
}

export default SignedInScreen
