import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { S3Client } from '@aws-sdk/client-s3'
import { startMessaging } from '../../local/emulators/fauxqs/messaging.ts'
import { startS3Guard } from '../../local/emulators/fauxqs/s3-guard.ts'
import { AccessKeys } from '../../local/emulators/signed-calls/access-keys.ts'

/**
 * Starts the S3 of the local run, which has versions and conditional writes, with one bucket.
 * @param accessKeyId whose credentials the client has
 */
export const startVersionedS3 = async (accessKeyId = 'test') => {
  const bucket = 'raw-mail'
  const folder = await mkdtemp(join(tmpdir(), 'versioned-s3-'))
  const access = { keys: new AccessKeys() }
  const messaging = await startMessaging({ access, folder, region: 'eu-central-1' })
  const { objects } = messaging
  const guard = await startS3Guard({ access, s3: messaging.s3, objects, now: () => new Date() })
  messaging.createBucket(bucket, { versioned: true })
  const credentials = access.keys.credentials(accessKeyId)
  const client = new S3Client({ endpoint: guard.url, forcePathStyle: true, region: 'eu-central-1', credentials })
  return {
    bucket,
    client,
    url: guard.url,
    credentials,
    versions: (prefix: string) => objects.listVersions(bucket, prefix),
    stop: async () => {
      client.destroy()
      await guard.close()
      await messaging.close()
      await rm(folder, { recursive: true })
    },
  }
}
