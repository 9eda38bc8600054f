import { createHash, createHmac, createSecretKey, type Hash, type Hmac, type KeyObject } from 'node:crypto'

type Secret = string | ArrayBuffer | ArrayBufferView

/**
 * The hash with which the SDK signs requests. The SDK's own one makes a key object of the same two keys for each request,
 * which takes six times as long as the signature itself.
 */
export class Sha256 {
  readonly #hash: Hash | Hmac

  constructor(secret?: Secret) {
    this.#hash = secret === undefined ? createHash('sha256') : createHmac('sha256', keyOf(secret))
  }

  update(data: Uint8Array): void {
    this.#hash.update(data)
  }

  async digest(): Promise<Uint8Array> {
    return this.#hash.digest()
  }
}

/** The SDK keeps the keys of a day and passes the same object each time. */
const derived = new WeakMap<object, KeyObject>()
/** The secret of the credentials, until they change. */
let latest: { readonly secret: string; readonly key: KeyObject } | undefined

const keyOf = (secret: Secret): KeyObject => {
  if (typeof secret === 'string') {
    if (latest?.secret !== secret) latest = { secret, key: createSecretKey(secret, 'utf8') }
    return latest.key
  }
  const key = derived.get(secret) ?? createSecretKey(secret as Uint8Array)
  derived.set(secret, key)
  return key
}
