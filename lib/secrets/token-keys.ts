import * as z from 'zod'

/** What the keys of OAuth2 tokens are derived from. */
export interface TokenKeyMaterial {
  readonly keyId: string
  readonly material: string
}

export interface TokenKeys {
  /** What is encrypted from now on. */
  current(): Promise<TokenKeyMaterial>
  /** Undefined when the secret has no key of this id. */
  byId(keyId: string): Promise<TokenKeyMaterial | undefined>
}

/** Milliseconds until a warm process learns which key is the current one: an operator who changes it waits that long before taking the old one away. */
const cachedFor = 10 * 60_000
/** A row may name a key that was added a moment ago; a row whose key is gone must not ask again and again. */
const askedAgainAfter = 5_000

interface KeyRing {
  readonly current: TokenKeyMaterial
  readonly keys: ReadonlyMap<string, TokenKeyMaterial>
}

/** The keys as one secret holds them: `{"current": "2", "1": "…", "2": "…"}`. Read once and kept for ten minutes. */
export class CachedTokenKeys implements TokenKeys {
  readonly #read: () => Promise<string>
  readonly #now: () => number
  #ring: KeyRing | undefined
  #readAt = 0

  /** @param read the secret's text @param now milliseconds since the epoch */
  constructor(read: () => Promise<string>, now: () => number = Date.now) {
    this.#read = read
    this.#now = now
  }

  async current(): Promise<TokenKeyMaterial> {
    return (await this.#ringNotOlderThan(cachedFor)).current
  }

  async byId(keyId: string): Promise<TokenKeyMaterial | undefined> {
    const known = (await this.#ringNotOlderThan(cachedFor)).keys.get(keyId)
    return known ?? (await this.#ringNotOlderThan(askedAgainAfter)).keys.get(keyId)
  }

  async #ringNotOlderThan(age: number): Promise<KeyRing> {
    if (this.#ring && this.#now() - this.#readAt < age) return this.#ring
    const began = this.#now()
    this.#ring = readTokenKeys(await this.#read())
    this.#readAt = began
    return this.#ring
  }
}

/** So many random letters and digits have the 256 bits that the keys made of them have. */
const shortestMaterial = 43

const secretSchema = z.object({ current: z.string().min(1) }).catchall(z.string().min(shortestMaterial))

/** @throws Error without a word of the content: a schema's own message would quote it */
const readTokenKeys = (text: string): KeyRing => {
  try {
    const { current: currentId, ...materials } = secretSchema.parse(JSON.parse(text))
    const keys = new Map(Object.entries(materials).map(([keyId, material]) => [keyId, { keyId, material }]))
    const current = keys.get(currentId)
    if (current) return { current, keys }
  } catch {
    // Told below.
  }
  throw new Error(
    `The secret of the token keys does not have the form {"current": "<id>", "<id>": "<at least ${shortestMaterial} characters>"}`,
  )
}
