import { checkDynamoDbFolder, startDynamoDb } from './dynamodb/dynamodb.ts'
import { startMessaging } from './fauxqs/messaging.ts'
import { startS3Guard } from './fauxqs/s3-guard.ts'
import { startKms } from './kms/start-kms.ts'
import { startSecretsManager } from './secrets-manager/start-secrets-manager.ts'
import type { ServiceAccess } from './signed-calls/serve-service.ts'

type Emulators = Awaited<ReturnType<typeof startEmulators>>
/** The addresses that a function's AWS clients use. */
export type ServiceEndpoints = Emulators['endpoints']

/** Starts every emulated service on loopback. All of them share one data folder. */
export const startEmulators = async (options: {
  readonly access: ServiceAccess
  readonly folder: string
  readonly region: string
  readonly accountId: string
  readonly now: () => Date
}) => {
  const { folder, region, access, now } = options
  const running: { close(): Promise<void> }[] = []
  const keep = <T extends { close(): Promise<void> }>(service: T): T => {
    running.push(service)
    return service
  }
  const close = async (): Promise<void> => {
    for (const service of running.splice(0).reverse()) await service.close()
  }
  try {
    const arnPrefix = `arn:aws:secretsmanager:${region}:${options.accountId}:secret:`
    const secretsManager = keep(await startSecretsManager({ folder, arnPrefix, now, access }))
    const kms = keep(await startKms({ folder, arnPrefix: `arn:aws:kms:${region}:${options.accountId}:key/`, access }))
    await checkDynamoDbFolder(folder)
    const messaging = keep(await startMessaging({ folder, region, access }))
    const s3 = keep(await startS3Guard({ s3: messaging.s3, objects: messaging.objects, access, now }))
    const dynamodb = keep(await startDynamoDb({ folder, region, access }))
    const endpoints = {
      dynamodb: dynamodb.url,
      sqs: messaging.url,
      s3: s3.url,
      sns: messaging.url,
      secretsManager: secretsManager.url,
      kms: kms.url,
    }
    return { endpoints, dynamodb, messaging, secretsManager, kms, close }
  } catch (error) {
    await close()
    throw error
  }
}
