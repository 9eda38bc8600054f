import { createHmac, type Hmac } from 'node:crypto'

/** The headers of Standard Webhooks 1.0.0. */
export interface SignedBody {
  readonly headers: Readonly<Record<'webhook-id' | 'webhook-timestamp' | 'webhook-signature', string>>
  /** Bytes of the body. */
  readonly length: number
}

interface Signing {
  /** The same in every attempt, so that the receiver recognises repeats. Must not contain a dot. */
  readonly id: string
  /** The time of the attempt. */
  readonly at: Date
  /** During a rotation, each of the keys signs. */
  readonly keys: readonly Buffer[]
}

/**
 * Signs the exact bytes of a body with HMAC-SHA256, without holding the body in memory. The `standardwebhooks` package
 * is not used, because it reads the bytes as UTF-8 first and therefore signs other bytes for a mail in another charset.
 */
export const signedBody = async (
  body: AsyncIterable<Buffer> | Iterable<Buffer>,
  { id, at, keys }: Signing,
): Promise<SignedBody> => {
  const timestamp = String(Math.floor(at.getTime() / 1000))
  const hmacs = keys.map((key): Hmac => createHmac('sha256', key).update(`${id}.${timestamp}.`))
  let length = 0
  for await (const piece of body) {
    length += piece.length
    for (const hmac of hmacs) hmac.update(piece)
  }
  const signatures = hmacs.map((hmac) => `v1,${hmac.digest('base64')}`)
  return {
    headers: { 'webhook-id': id, 'webhook-timestamp': timestamp, 'webhook-signature': signatures.join(' ') },
    length,
  }
}
