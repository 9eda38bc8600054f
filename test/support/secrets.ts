import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager'
import type { SecretStore } from '../../lib/secrets/secret-store.ts'
import { SecretsManagerSecretStore } from '../../lib/secrets/secrets-manager-secret-store.ts'
import { startSecretsManager } from '../../local/emulators/secrets-manager/start-secrets-manager.ts'
import { AccessKeys } from '../../local/emulators/signed-calls/access-keys.ts'
import { testCaller } from './test-caller.ts'

export const testSecretPrefix = 'postmaster-test/'
export const testDeployment = '6f1de7a0-cc30-11f0-b1f4-02c9d1e7a4d5'

export interface TestSecrets {
  /** The variables with which a function's clients connect to the service. */
  readonly environment: Readonly<Record<string, string>>
  /** The access keys of all callers. A second emulator with the same keys can serve the same function. */
  readonly keys: AccessKeys
  readonly client: SecretsManagerClient
  readonly store: SecretsManagerSecretStore
  /** The names of the operations called since the start, in order. */
  readonly operations: string[]
  /** The service's clock. */
  clock: { now: Date }
  stop(): Promise<void>
}

/** The local run's Secrets Manager, empty, in its own folder. */
export const startSecrets = async (): Promise<TestSecrets> => {
  const folder = await mkdtemp(join(tmpdir(), 'postmaster-secrets-'))
  const clock = { now: new Date() }
  const operations: string[] = []
  const keys = new AccessKeys()
  const server = await startSecretsManager({
    folder,
    arnPrefix: 'arn:aws:secretsmanager:eu-central-1:000000000000:secret:',
    now: () => clock.now,
    access: {
      keys,
      observer: async ({ operation }) => {
        operations.push(String(operation))
      },
    },
  })
  const credentials = keys.credentials(testCaller.accessKeyId)
  const client = new SecretsManagerClient({
    endpoint: server.url,
    region: 'eu-central-1',
    credentials,
    maxAttempts: 1,
  })
  return {
    environment: {
      AWS_ENDPOINT_URL_SECRETS_MANAGER: server.url,
      AWS_ACCESS_KEY_ID: credentials.accessKeyId,
      AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
    },
    keys,
    client,
    store: new SecretsManagerSecretStore(client, 'account', { prefix: testSecretPrefix, deployment: testDeployment }),
    operations,
    clock,
    stop: async () => {
      client.destroy()
      await server.close()
      await rm(folder, { recursive: true, force: true })
    },
  }
}

/** Secrets in a map, for tests of other subjects. */
export const memorySecrets = (): SecretStore => {
  const versions = new Map<string, string>()
  return {
    put: async (accountId, password) => {
      const version = `v${versions.size + 1}`
      versions.set(`${accountId}/${version}`, password)
      return version
    },
    read: async (accountId, version) => versions.get(`${accountId}/${version}`),
    deleteWithRecovery: async (accountId) => {
      for (const key of versions.keys()) if (key.startsWith(`${accountId}/`)) versions.delete(key)
    },
  }
}
