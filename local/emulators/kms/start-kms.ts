import { join } from 'node:path'
import { serveJsonService } from '../signed-calls/serve-json-service.ts'
import type { ServiceAccess } from '../signed-calls/serve-service.ts'
import { KeysFile } from './keys-file.ts'
import { inputs, kmsOperations } from './operations.ts'

export type Kms = Awaited<ReturnType<typeof startKms>>

/** Emulates the part of KMS that wraps data keys. The keys are in `<folder>/kms.json`. */
export const startKms = async ({
  folder,
  arnPrefix,
  access,
}: {
  readonly access: ServiceAccess
  readonly folder: string
  readonly arnPrefix: string
}) => {
  const file = new KeysFile(join(folder, 'kms.json'))
  const { url, close } = await serveJsonService({
    service: 'kms',
    // A request contains one wrapped key and its context.
    bodyLimit: 64 * 1024,
    access,
    inputs,
    operations: kmsOperations(file, arnPrefix),
    codes: { notJson: 'ValidationException', invalid: 'ValidationException', failed: 'KMSInternalException' },
    failure: 'The keys cannot be used.',
  })
  return {
    url,
    close,
    /** Creates the template's key unless it exists. */
    ensure: (keyId: string) => file.ensure(keyId),
  }
}
