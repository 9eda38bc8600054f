import { once } from 'node:events'
import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http'
import { s3Error } from '../signed-calls/service-error.ts'
import type { StoredObjects } from './stored-objects.ts'

/**
 * Serves writes with `If-None-Match: *`, which fauxqs ignores. It passes such writes of the same key to fauxqs one after
 * another. Each sees the result of the one before it, so exactly one wins.
 */
export class ConditionalWrites {
  readonly #objects: StoredObjects
  readonly #s3: RequestListener
  /** The end of the latest write of each key. */
  readonly #ends = new Map<string, Promise<unknown>>()

  constructor(objects: StoredObjects, s3: RequestListener) {
    this.#objects = objects
    this.#s3 = s3
  }

  async serve(
    request: IncomingMessage,
    response: ServerResponse,
    { bucket, key }: { readonly bucket: string; readonly key: string },
  ): Promise<void> {
    const name = `${bucket}/${key}`
    const before = this.#ends.get(name)
    const closed = once(response, 'close')
    const end = Promise.all([before, closed])
    this.#ends.set(name, end)
    await before
    if (this.#objects.exists(bucket, key)) {
      const message = 'At least one of the pre-conditions you specified did not hold'
      s3Error(request, response, { status: 412, code: 'PreconditionFailed', message })
    } else this.#s3(request, response)
    await end
    if (this.#ends.get(name) === end) this.#ends.delete(name)
  }
}
