import { createHash, randomBytes } from 'node:crypto'
import * as z from 'zod'
import { StepFailed, StepSkipped } from '../report/step-error.ts'
import { publicRequest } from './public-request.ts'
import type { Verification } from './verification.ts'

/** The headers without which the page must not be used, and a part of each value. */
const securityHeaders = {
  'content-security-policy': "default-src 'none'",
  'strict-transport-security': 'max-age=',
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'permissions-policy': 'camera=()',
}

export const checkPage = ({ journal, deployment }: Verification): Promise<true | undefined> =>
  journal.step('page', async () => {
    const address = deployment.collector.outputs.AdminPageUrl
    const page = await served(address, 'text/html')
    const missing = Object.entries(securityHeaders)
      .filter(([name, part]) => !page.headers.get(name)?.includes(part))
      .map(([name]) => name)
    if (missing.length > 0)
      throw new StepFailed(
        'headers-missing',
        `The response of the page lacks ${missing.join(', ')}.`,
        'If a proxy or CloudFront is in front of the API, let it pass these headers on.',
      )
    const [, script] = /<script[^>]+src="([^"]+)"/.exec(await page.text()) ?? []
    if (script === undefined)
      throw new StepFailed('page-incomplete', 'The page contains no script.', 'Deploy again after `npm run synth`.')
    const { byteLength } = await (await served(new URL(script, `${address}/`).href, 'javascript')).arrayBuffer()
    return { detail: `${address}, with a script of ${Math.round(byteLength / 1024)} KiB`, value: true }
  })

const discoverySchema = z.looseObject({ authorization_endpoint: z.url() })
/** The address at which `postmaster login` waits, which the client of the command line allows. */
const loginAddress = 'http://localhost:8765/callback'

export const checkSignIn = ({ journal, deployment }: Verification): Promise<true | undefined> =>
  journal.step('sign-in', async () => {
    const { Issuer, UserPoolClientId } = deployment.stateful.outputs
    if (Issuer === undefined || UserPoolClientId === undefined)
      throw new StepSkipped(
        'own-issuer',
        'The deployment uses an issuer of your own.',
        'Sign in to the admin page once to prove that its client at the issuer is complete.',
      )
    const discovery = await served(`${Issuer}/.well-known/openid-configuration`, 'json')
    const { authorization_endpoint } = discoverySchema.parse(await discovery.json())
    const query = {
      client_id: UserPoolClientId,
      response_type: 'code',
      scope: 'openid email',
      redirect_uri: loginAddress,
      // RFC 7636, as `postmaster login` sends it.
      code_challenge_method: 'S256',
      code_challenge: createHash('sha256').update(randomBytes(32)).digest('base64url'),
    }
    const response = await publicRequest(`${authorization_endpoint}?${new URLSearchParams(query)}`)
    await response.body?.cancel()
    // Cognito sends a browser with a wrong client or address to its own error page.
    const refused = new URL(response.headers.get('location') ?? '/', authorization_endpoint).pathname === '/error'
    if (response.status >= 400 || refused)
      throw new StepFailed(
        'sign-in-refused',
        `The sign-in pages answered with ${response.status}${refused ? ' and their error page' : ''}.`,
        'Check the domain and the app client of the user pool in the AWS console.',
      )
    return { detail: new URL(authorization_endpoint).origin, value: true }
  })

const served = async (url: string, type: string): Promise<Response> => {
  const response = await publicRequest(url)
  const contentType = response.headers.get('content-type') ?? 'no type'
  if (response.status === 200 && contentType.includes(type)) return response
  await response.body?.cancel()
  throw new StepFailed(
    'not-served',
    `${url} answered with ${response.status} (${contentType}).`,
    'Read the log of the function that serves this address.',
  )
}
