import { Duration, Size } from 'aws-cdk-lib'
import { Schedule } from 'aws-cdk-lib/aws-events'
import { Construct } from 'constructs'
import { CollectorFunction } from '../collector-function.ts'
import { grantSecretSweeping } from '../data/secrets.ts'
import type { Resources } from '../resources.ts'

/**
 * Once a day, moves secrets of this deployment whose account, profile or destination no longer exists into their recovery window.
 */
export class SecretSweep extends Construct {
  constructor(scope: Construct, id: string, resources: Resources) {
    super(scope, id)
    const { tables, deploymentId, notices, failedEvents, publicUrl } = resources
    const fn = new CollectorFunction(this, 'Function', {
      folder: 'sweep-secrets',
      description: 'Once a day: removes secrets that no mail account, OAuth2 profile or destination refers to.',
      memory: Size.mebibytes(256),
      // 10,000 accounts are 100 pages of ListSecrets. Secrets Manager's own rate limits deletions.
      timeout: Duration.seconds(300),
      environment: { PUBLIC_URL: publicUrl },
    })
    tables.grant(fn, 'accounts', { rows: ['BatchGetItem'] })
    tables.grant(fn, 'handover', { rows: ['BatchGetItem'] })
    tables.grant(fn, 'oauth2', { rows: ['BatchGetItem'] })
    grantSecretSweeping(fn, deploymentId)
    notices.grantPublish(fn)
    failedEvents.invokeByRule(this, 'Daily', fn, {
      description: 'Postmaster: time to remove secrets that no account, profile or destination refers to.',
      schedule: Schedule.rate(Duration.days(1)),
    })
  }
}
