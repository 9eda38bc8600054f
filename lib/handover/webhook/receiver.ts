import { type WebhookRules, webhookUrlProblems } from '../../network/webhook-url.ts'
import { type Redact, redaction } from '../../redaction/redaction.ts'
import type { Clock } from '../../text/clock.ts'
import type { Destination, DestinationSecrets } from '../destinations/destination.ts'
import { signingSecretPrefix } from '../destinations/secrets/destination-secrets.ts'
import type { Outcome } from '../ledger/outcome.ts'
import type { WebhookMode } from './webhook-content.ts'

/** Everything that a request to a receiver needs. */
export interface Receiver {
  readonly url: URL
  readonly mode: WebhookMode
  /** Milliseconds for the whole request. */
  readonly time: number
  readonly customCa: string | undefined
  readonly keys: readonly Buffer[]
  /** The fixed header or Basic authentication. */
  readonly headers: Readonly<Record<string, string>>
  /** Hides the secrets in the receiver's answer. */
  readonly redact: Redact
}

export interface ReceiverServices {
  readonly secrets: DestinationSecrets
  readonly rules: WebhookRules
  readonly now: Clock
}

/** @returns the reason if nothing can be sent */
export const receiverOf = async (destination: Destination, services: ReceiverServices): Promise<Receiver | Outcome> => {
  const { webhook, limits } = destination
  if (!webhook) throw new Error('The destination is not a webhook')
  // The rules of the deployment may have changed since the destination was saved.
  const [problem] = webhookUrlProblems(webhook.url, services.rules)
  const url = URL.parse(webhook.url)
  if (problem !== undefined || !url) return notSendable('url-not-allowed', `The URL ${problem}.`, 'Correct the URL.')
  const keys = await services.secrets.signingKeys(destination, services.now())
  if (keys.length === 0)
    return notSendable('signing-secret-missing', 'The signing secret no longer exists.', 'Set a new signing secret.')
  const value = webhook.auth && (await services.secrets.auth(destination))
  if (webhook.auth && value === undefined)
    return notSendable(
      'auth-secret-missing',
      'The value of the fixed header or the password no longer exists.',
      'Set `webhook.auth.value` again.',
    )
  return {
    url,
    mode: webhook.mode,
    time: limits.timeoutSeconds * 1000,
    customCa: webhook.customCa,
    keys,
    headers: authHeaders(webhook.auth, value),
    redact: redaction([...keys.flatMap(spelled), ...hiddenAuth(webhook.auth, value)]),
  }
}

type Auth = NonNullable<Destination['webhook']>['auth']

const authHeaders = (auth: Auth, value = ''): Record<string, string> => {
  if (!auth) return {}
  if (auth.kind === 'header') return { [auth.header]: value }
  return { authorization: `Basic ${Buffer.from(`${auth.user}:${value}`).toString('base64')}` }
}

const hiddenAuth = (auth: Auth, text: string | undefined) =>
  text === undefined ? [] : [{ text, ...(auth?.kind === 'basic' && { user: auth.user }) }]

/** A receiver knows the key as text and may use it in that form. */
const spelled = (key: Buffer) => {
  const text = key.toString('base64')
  return [{ text: `${signingSecretPrefix}${text}` }, { text: key.toString('latin1') }]
}

const notSendable = (code: string, detail: string, remedy: string): Outcome => ({
  result: 'temporary',
  scope: 'destination',
  code,
  detail,
  remedy,
  bytes: 0,
})
