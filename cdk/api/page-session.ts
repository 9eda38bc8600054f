import type { Resources } from '../resources.ts'
import type { Api } from './api.ts'
import type { Issuer } from './sign-in.ts'

/**
 * Adds the function that signs people in to the admin page. It holds their refresh tokens in sealed cookies, so that
 * scripts in the page never have them. It can use no table and no secret.
 */
export const addPageSession = (api: Api, { encryptionKey }: Resources, { issuer }: Issuer): void => {
  const { clientId, token, scope } = api.pageClient
  const fn = api.part('session', {
    description: 'Signs people in to the admin page and renews their access tokens.',
    environment: {
      PAGE_URL: api.publicUrl,
      PAGE_ISSUER: issuer,
      PAGE_CLIENT_ID: clientId,
      PAGE_TOKEN: token,
      ...(scope !== undefined && { PAGE_SCOPE: scope }),
    },
    public: {
      routes: [
        'GET /admin/session/sign-in',
        'GET /admin/session/callback',
        'GET /admin/session/signed-out',
        'POST /admin/session/token',
        'POST /admin/session/sign-out',
      ],
      because:
        'A person who signs in has no token yet. A single-use state in a sealed cookie of the browser authorizes the callback. A sealed cookie together with a secret that only the page in the same browser knows authorizes the requests for tokens.',
    },
  })
  encryptionKey.grantSealSessions(fn)
}
