import { randomBytes } from 'node:crypto'
import { guarded } from '../local/common/loopback-server.ts'
import { type OAuth2Server, startOAuth2Server } from '../test/oauth2-server/server.ts'
import { consentedMailbox } from './sample-mailboxes.ts'

/** In seconds. The lifetime is short so that people who run the demo can watch tokens being refreshed. */
const accessTokenSeconds = 15 * 60

/**
 * Starts the sample sign-in service: a real authorization server in this process, with a single user. It stores nothing
 * permanently.
 */
export const startSampleSignIn = (): Promise<OAuth2Server> =>
  startOAuth2Server({
    users: [{ email: consentedMailbox.user, password: randomBytes(6).toString('base64url') }],
    policy: { accessTokenSeconds, onRefresh: 'rotate' },
    guard: (port, listener) => guarded({ port, pages: true }, listener),
  })
