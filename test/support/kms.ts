import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { KMSClient } from '@aws-sdk/client-kms'
import { startKms } from '../../local/emulators/kms/start-kms.ts'
import { AccessKeys } from '../../local/emulators/signed-calls/access-keys.ts'
import { testCaller } from './test-caller.ts'

export interface TestKms {
  /** The variables with which a function connects to this KMS. */
  readonly environment: Readonly<Record<string, string>>
  readonly client: KMSClient
  /** The ARN of an existing key. */
  readonly keyArn: string
  /**
   * Creates another key.
   * @returns its ARN
   */
  createKey(): Promise<string>
  stop(): Promise<void>
}

const arnPrefix = 'arn:aws:kms:eu-central-1:000000000000:key/'

/**
 * The local run's KMS with one key, in its own folder.
 * @param keys the access keys that the function under test signs with
 */
export const startTestKms = async (keys = new AccessKeys()): Promise<TestKms> => {
  const folder = await mkdtemp(join(tmpdir(), 'postmaster-kms-'))
  const server = await startKms({ folder, arnPrefix, access: { keys } })
  let made = 0
  const createKey = async () => {
    made += 1
    await server.ensure(`key-${made}`)
    return `${arnPrefix}key-${made}`
  }
  const keyArn = await createKey()
  const client = new KMSClient({
    endpoint: server.url,
    region: 'eu-central-1',
    credentials: keys.credentials(testCaller.accessKeyId),
    maxAttempts: 1,
  })
  return {
    environment: { AWS_ENDPOINT_URL_KMS: server.url, ENCRYPTION_KEY_ARN: keyArn },
    client,
    keyArn,
    createKey,
    stop: async () => {
      client.destroy()
      await server.close()
      await rm(folder, { recursive: true, force: true })
    },
  }
}
