import { createHash, randomBytes, timingSafeEqual } from 'node:crypto'

/** The two people whom the local run knows. */
export type Person = 'admin' | 'reader'

/**
 * The secrets with which this machine signs people in without a password. They are random for each run, and only the
 * terminal shows them. A port is open to every user of the machine, so a request alone must not sign a person in.
 */
export class SignInKeys {
  readonly admin = newKey()
  readonly reader = newKey()

  /** @returns undefined if no person has this key */
  personOf(key: string): Person | undefined {
    if (isSame(key, this.admin)) return 'admin'
    return isSame(key, this.reader) ? 'reader' : undefined
  }
}

const newKey = (): string => randomBytes(32).toString('base64url')

/** Takes the same time for every wrong key. */
const isSame = (one: string, other: string): boolean => timingSafeEqual(hashOf(one), hashOf(other))

const hashOf = (text: string): Buffer => createHash('sha256').update(text).digest()
