import { Duration, Size } from 'aws-cdk-lib'
import { Schedule } from 'aws-cdk-lib/aws-events'
import { Construct } from 'constructs'
import { CollectorFunction } from '../collector-function.ts'
import { grantSecretReading } from '../data/secrets.ts'
import { networkVariables } from '../parameters.ts'
import type { Resources } from '../resources.ts'

/**
 * The maximum time that a consent ended by an admin remains valid at its provider. Each run reads the whole grants
 * table. 10,000 grants are about 50 MB.
 */
const between = Duration.minutes(15)

/** Revokes ended consents at their providers and removes their rows. */
export class EndGrants extends Construct {
  constructor(scope: Construct, id: string, { tables, encryptionKey, failedEvents, variables }: Resources) {
    super(scope, id)
    const fn = new CollectorFunction(this, 'Function', {
      folder: 'end-grants',
      description: 'Every 15 minutes: revokes ended consents and removes their tokens.',
      memory: Size.mebibytes(256),
      // A provider that does not respond takes 15 s per consent. The next run continues where this one ends.
      timeout: Duration.seconds(300),
      environment: networkVariables(variables),
    })
    tables.grant(fn, 'accounts', { rows: ['BatchGetItem'] })
    tables.grant(fn, 'oauth2', { rows: ['GetItem', 'BatchGetItem'] })
    tables.grant(fn, 'oauthGrants', { rows: ['GetItem', 'Scan', 'UpdateItem', 'DeleteItem'] })
    tables.grant(fn, 'overview', { rows: ['PutItem'], writes: ['summary'] })
    encryptionKey.grantOpenConsents(fn)
    grantSecretReading(fn, 'profile')
    failedEvents.invokeByRule(this, 'Often', fn, {
      description: 'Postmaster: time to revoke ended consents.',
      schedule: Schedule.rate(between),
    })
  }
}
