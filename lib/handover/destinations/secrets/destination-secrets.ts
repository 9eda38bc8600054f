import { randomBytes } from 'node:crypto'
import type { SecretReader } from '../../../secrets/secret-store.ts'
import type { Destination, DestinationSecrets } from '../destination.ts'

/** The beginning of a signing secret in the form of Standard Webhooks. The base64 of the key follows. */
export const signingSecretPrefix = 'whsec_'

/**
 * The id of the secret with the value of the fixed header or the Basic password. The signing secret has the id of the
 * destination. They are two secrets, because each is changed on its own.
 */
export const authSecretId = (destinationId: string): string => `${destinationId}${authSuffix}`
const authSuffix = '.auth'

/** @returns the id of the destination that a secret belongs to */
export const ownerOfSecret = (secretId: string): string =>
  secretId.endsWith(authSuffix) ? secretId.slice(0, -authSuffix.length) : secretId

export class SecretsManagerDestinationSecrets implements DestinationSecrets {
  readonly #secrets: SecretReader

  constructor(secrets: SecretReader) {
    this.#secrets = secrets
  }

  async signingKeys(
    { destinationId, secretVersion, previousSecretVersion, previousUntil }: Destination,
    now: Date,
  ): Promise<Buffer[]> {
    const isRotating = previousUntil !== undefined && now.toISOString() < previousUntil
    const versions = [secretVersion, isRotating ? previousSecretVersion : undefined].filter((one) => one !== undefined)
    const secrets = await Promise.all(versions.map((version) => this.#secrets.read(destinationId, version)))
    return secrets.filter((secret) => secret !== undefined).map(signingKeyOf)
  }

  async auth({ destinationId, authVersion }: Destination): Promise<string | undefined> {
    return authVersion === undefined ? undefined : await this.#secrets.read(authSecretId(destinationId), authVersion)
  }
}

export const signingKeyOf = (secret: string): Buffer => Buffer.from(secret.slice(signingSecretPrefix.length), 'base64')

export const newSigningSecret = (): string => `${signingSecretPrefix}${randomBytes(32).toString('base64')}`
