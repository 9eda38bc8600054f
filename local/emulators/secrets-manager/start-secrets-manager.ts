import { join } from 'node:path'
import { serveJsonService } from '../signed-calls/serve-json-service.ts'
import type { ServiceAccess } from '../signed-calls/serve-service.ts'
import { inputs } from './inputs.ts'
import { secretsOperations } from './operations.ts'
import { addVersion } from './secret-versions.ts'
import { SecretsFile } from './secrets-file.ts'

export type SecretsManager = Awaited<ReturnType<typeof startSecretsManager>>

/** Emulates Secrets Manager. The secrets are in `<folder>/secrets.json`. */
export const startSecretsManager = async (options: {
  readonly access: ServiceAccess
  readonly folder: string
  readonly arnPrefix: string
  readonly now: () => Date
}) => {
  const { folder, arnPrefix, access } = options
  const now = (): number => options.now().getTime()
  const file = new SecretsFile(join(folder, 'secrets.json'), arnPrefix, now)
  const { url, close } = await serveJsonService({
    service: 'secretsmanager',
    // A request contains one secret of at most 64 KiB, encoded in base64.
    bodyLimit: 1024 * 1024,
    access,
    inputs,
    operations: secretsOperations(file, now),
    codes: { notJson: 'InvalidRequestException', invalid: 'InvalidParameterException', failed: 'InternalServiceError' },
    failure: 'The secrets could not be read or written.',
  })
  return {
    url,
    close,
    find: (secretId: string) => file.find(secretId),
    /**
     * Sets the first value of the template's secret unless it has one.
     * @returns the ARN
     */
    ensure: async (name: string, value: () => string): Promise<string> => {
      const secret = file.find(name) ?? file.add(name)
      delete secret.deletionAt
      if (secret.versions.length === 0)
        addVersion(secret, crypto.randomUUID(), { secretString: value() }, ['AWSCURRENT'], now())
      await file.save()
      return secret.arn
    },
  }
}
