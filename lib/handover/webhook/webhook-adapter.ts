import { randomUUID } from 'node:crypto'
import type { Resolver } from '../../network/addresses.ts'
import type { ConnectionObserver } from '../../network/connect.ts'
import { type HttpFailure, type HttpResult, postHttp } from '../../network/http-exchange.ts'
import type { Adapter, Parcel, TestResult } from '../delivering/adapter.ts'
import { mailExpired } from '../delivering/refusals.ts'
import type { Destination } from '../destinations/destination.ts'
import type { Outcome } from '../ledger/outcome.ts'
import { outcomeOf } from './classify.ts'
import { type Receiver, type ReceiverServices, receiverOf } from './receiver.ts'
import { signedBody } from './signature.ts'
import { transcriptOf } from './transcript.ts'
import { mailContent, sampleContent, type WebhookContent } from './webhook-content.ts'

export interface WebhookServices extends ReceiverServices {
  /** The address of the API, without a trailing slash. */
  readonly publicUrl: string
  /** Tests replace it. */
  readonly resolver?: Resolver | undefined
}

/** Sends each message as one signed POST. A receiver recognises a repeat by its `webhook-id`. */
export class WebhookAdapter implements Adapter {
  readonly idempotency = 'key'
  readonly #services: WebhookServices

  constructor(services: WebhookServices) {
    this.#services = services
  }

  async deliver(parcel: Parcel, destination: Destination, signal: AbortSignal): Promise<Outcome> {
    const receiver = await receiverOf(destination, this.#services)
    if ('code' in receiver) return receiver
    const content = mailContent(parcel, receiver.mode, this.#services.publicUrl)
    const result = await this.#send(content, receiver, signal)
    return result === 'expired' ? mailExpired : outcomeOf(result, receiver.redact, this.#services.now())
  }

  async test(destination: Destination, signal: AbortSignal): Promise<TestResult> {
    const receiver = await receiverOf(destination, this.#services)
    if ('code' in receiver) return { outcome: receiver, transcript: [receiver.detail] }
    const { now, publicUrl } = this.#services
    const content = sampleContent(randomUUID(), now().toISOString(), receiver.mode, publicUrl)
    const { observer, transcript } = transcriptOf(receiver)
    const result = await this.#send(content, receiver, signal, observer)
    if (result === 'expired') throw new Error('The sample of a webhook is always there')
    const outcome = outcomeOf(result, receiver.redact, now())
    return { outcome, transcript: transcript(result, outcome) }
  }

  /** Reads the content twice, because the signature is sent before it. */
  async #send(
    content: WebhookContent,
    { url, time, customCa, keys, headers }: Receiver,
    signal: AbortSignal,
    observer?: ConnectionObserver,
  ): Promise<HttpResult | 'expired'> {
    const { rules, now, resolver } = this.#services
    // Ends the reading of a mail whose request is over.
    const over = new AbortController()
    const reading = AbortSignal.any([signal, over.signal])
    try {
      const ready = await prepared(content, keys, now(), reading).catch((): HttpFailure => unreadable)
      if (ready === 'expired' || 'code' in ready) return ready
      const { signed, body } = ready
      return await postHttp(
        {
          url,
          headers: { ...content.headers, ...headers, ...signed.headers },
          body,
          length: signed.length,
          policy: rules,
          time,
          customCa,
          observer,
          resolver,
        },
        signal,
      )
    } finally {
      over.abort()
    }
  }
}

const prepared = async (content: WebhookContent, keys: readonly Buffer[], at: Date, signal: AbortSignal) => {
  const first = await content.open(signal)
  if (!first) return 'expired'
  const signed = await signedBody(first, { id: content.id, at, keys })
  const body = await content.open(signal)
  return body ? { signed, body } : 'expired'
}

const unreadable: HttpFailure = { code: 'body-not-readable', sent: 'nothing', bytes: 0 }
