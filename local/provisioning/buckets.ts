import * as z from 'zod'
import type { Deployment } from '../assembly/deployment.ts'
import type { Messaging } from '../emulators/fauxqs/messaging.ts'

/** Encryption, public access and logging have no effect on one machine. Objects do not expire locally. */
const idle = [
  'BucketName',
  'AccessControl',
  'BucketEncryption',
  'CorsConfiguration',
  'IntelligentTieringConfigurations',
  'LifecycleConfiguration',
  'LoggingConfiguration',
  'ObjectLockConfiguration',
  'ObjectLockEnabled',
  'OwnershipControls',
  'PublicAccessBlockConfiguration',
]

const propertiesSchema = z.object({ VersioningConfiguration: z.object({ Status: z.string() }).optional() })

export const provisionBuckets = (deployment: Deployment, messaging: Messaging): void => {
  for (const resource of deployment.ofType('AWS::S3::Bucket')) {
    const { VersioningConfiguration: versioning } = deployment.read(resource, propertiesSchema, idle)
    messaging.createBucket(deployment.physicalId(resource), { versioned: versioning?.Status === 'Enabled' })
  }
}
