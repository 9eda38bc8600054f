import * as z from 'zod'
import type { Deployment } from '../assembly/deployment.ts'
import { LocalError } from '../common/errors.ts'
import type { Kms } from '../emulators/kms/start-kms.ts'

const properties = z.object({ KeySpec: z.string().optional(), KeyUsage: z.string().optional() })

/** The local run does not enforce policies or rotate keys. */
const idle = ['Description', 'EnableKeyRotation', 'Enabled', 'KeyPolicy', 'PendingWindowInDays', 'RotationPeriodInDays']

/** Creates each declared key that does not exist yet. */
export const provisionKeys = async (deployment: Deployment, kms: Kms): Promise<void> => {
  for (const resource of deployment.ofType('AWS::KMS::Key')) {
    const { KeySpec = 'SYMMETRIC_DEFAULT', KeyUsage = 'ENCRYPT_DECRYPT' } = deployment.read(resource, properties, idle)
    if (KeySpec !== 'SYMMETRIC_DEFAULT' || KeyUsage !== 'ENCRYPT_DECRYPT')
      throw new LocalError(
        'assembly',
        `${resource.path} is a key for ${KeyUsage} (${KeySpec}). The local run supports only symmetric encryption keys.`,
      )
    await kms.ensure(deployment.physicalId(resource))
  }
}
