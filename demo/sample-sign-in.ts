import { randomBytes } from 'node:crypto'
import { guarded } from '../local/common/request-guard.ts'
import { type OAuth2Server, startOAuth2Server } from '../test/oauth2-server/server.ts'
import { consentedMailbox } from './sample-mailboxes.ts'

/** Seconds: short, so that whoever lets the demo run sees tokens being renewed. */
const accessTokenSeconds = 15 * 60

/**
 * The sample sign-in service: a real authorization server in this process, where one person can sign in. It forgets
 * everything when it stops.
 */
export const startSampleSignIn = (): Promise<OAuth2Server> =>
  startOAuth2Server({
    users: [{ email: consentedMailbox.user, password: randomBytes(6).toString('base64url') }],
    policy: { accessTokenSeconds, onRefresh: 'rotate' },
    guard: (port, listener) => guarded({ port, pages: true }, listener),
  })
