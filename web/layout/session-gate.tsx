import Alert from '@cloudscape-design/components/alert'
import Box from '@cloudscape-design/components/box'
import Button from '@cloudscape-design/components/button'
import Modal from '@cloudscape-design/components/modal'
import SpaceBetween from '@cloudscape-design/components/space-between'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { type ReactNode, useEffect, useState } from 'react'
import { meQuery } from '../api/me.ts'
import { asProblem } from '../api/problems.ts'
import { maySignInAutomatically, onSessionEnded, signIn } from '../session/session.ts'
import { openSignIn, useSignedInElsewhere } from '../session/sign-in-window.ts'
import { useSignedOutElsewhere } from '../session/signed-out.ts'
import { Loading } from '../shared/feedback/loading.tsx'
import { ProblemAlert } from '../shared/feedback/problem-alert.tsx'

/** Shows its children to people who are signed in, and sends everyone else to sign in. */
export const SessionGate = ({ children }: { children: ReactNode }) => {
  const me = useQuery(meQuery)
  if (me.data) return <EndedSessionGuard>{children}</EndedSessionGuard>
  if (me.isError && asProblem(me.error).code === 'session-ended') return <SignIn />
  if (me.isError) return <ProblemAlert thrown={me.error} onRetry={() => void me.refetch()} />
  return <Loading text="Signing in …" />
}

const SignIn = () => {
  const [isAutomatic] = useState(maySignInAutomatically)
  useEffect(() => {
    if (isAutomatic) signInHere()
  }, [isAutomatic])
  if (!isAutomatic)
    return (
      <Box textAlign="center" padding="xxxl">
        <SpaceBetween size="m">
          <Box variant="h1">You are not signed in</Box>
          <Box variant="p">If you have just signed in, allow your browser to store cookies of this site.</Box>
          <Button variant="primary" onClick={signInHere}>
            Sign in
          </Button>
        </SpaceBetween>
      </Box>
    )
  return <Loading text="Taking you to the sign-in page …" />
}

const signInHere = () => void signIn(`${window.location.pathname}${window.location.search}`)

/** When the session ends, the screen and everything typed in it stay. The person signs in in another window and goes on. */
const EndedSessionGuard = ({ children }: { children: ReactNode }) => {
  const [ended, setEnded] = useState(false)
  const queries = useQueryClient()
  useEffect(() => onSessionEnded(() => setEnded(true)), [])
  useSignedOutElsewhere()
  useSignedInElsewhere(() => {
    setEnded(false)
    void queries.invalidateQueries()
  })
  return (
    <>
      {children}
      <Modal
        visible={ended}
        header="Your session has ended"
        onDismiss={() => setEnded(false)}
        footer={
          <Box float="right">
            <Button variant="primary" onClick={() => void openSignIn()}>
              Sign in
            </Button>
          </Box>
        }
      >
        <SpaceBetween size="m">
          <Box>Sign in again in a new window. This screen stays as it is, with everything that you typed.</Box>
          <Alert>What you were saving has not been saved. Save it again after you have signed in.</Alert>
        </SpaceBetween>
      </Modal>
    </>
  )
}
