import { KMSClient } from '@aws-sdk/client-kms'
import { KmsDataKeys } from '../../lib/secrets/kms-data-keys.ts'
import { CookieCipher } from '../../lib/session/cookie-cipher.ts'
import { pendingSignInSchema, sessionSchema } from '../../lib/session/cookie-contents.ts'
import { Issuer } from '../../lib/session/issuer.ts'
import { pagePaths } from '../../lib/session/page-address.ts'
import { readEnvironment } from '../environment.ts'
import { clientSettings } from '../shared/clients.ts'
import { openLog } from '../shared/logger.ts'
import { SessionCookies } from './cookies.ts'
import { sessionHandler } from './handler.ts'

const { ENCRYPTION_KEY_ARN, PAGE_CLIENT_ID, PAGE_ISSUER, PAGE_SCOPE, PAGE_TOKEN, PAGE_URL } = readEnvironment([
  'ENCRYPTION_KEY_ARN',
  'PAGE_CLIENT_ID',
  'PAGE_ISSUER',
  'PAGE_SCOPE',
  'PAGE_TOKEN',
  'PAGE_URL',
])
const log = openLog('session')
const keys = new KmsDataKeys(new KMSClient(clientSettings), ENCRYPTION_KEY_ARN)

export const handler = sessionHandler(
  {
    issuer: new Issuer({
      issuer: PAGE_ISSUER,
      clientId: PAGE_CLIENT_ID,
      token: PAGE_TOKEN,
      scope: PAGE_SCOPE,
      redirectUri: `${PAGE_URL}${pagePaths.callback}`,
      signedOutUri: `${PAGE_URL}${pagePaths.signedOut}`,
    }),
    pendingSignIns: new CookieCipher(keys, 'sign-in', pendingSignInSchema),
    sessions: new CookieCipher(keys, 'session', sessionSchema),
    cookies: new SessionCookies(PAGE_URL),
    pageUrl: PAGE_URL,
    now: () => new Date(),
  },
  log,
)
