import { Duration, Size } from 'aws-cdk-lib'
import { Schedule as RuleSchedule } from 'aws-cdk-lib/aws-events'
import { Construct } from 'constructs'
import { CollectorFunction } from '../collector-function.ts'
import type { Resources } from '../resources.ts'

/** The scheduled tick. It requests a run of every due account and announces messages that a crash left unannounced. */
export class Schedule extends Construct {
  /** @param plannedQueueArn the queue from which deliveries to destinations are planned */
  constructor(scope: Construct, id: string, resources: Resources, plannedQueueArn: string) {
    super(scope, id)
    const { tables, rawMail, announcements, notices, queue, failedEvents, publicUrl, variables } = resources
    const fn = new CollectorFunction(this, 'Function', {
      folder: 'dispatch',
      description: 'At every tick: requests a fetch run of each due account.',
      // 10,000 due accounts in one tick need 10,000 run rows and 1,000 batches to SQS. More memory means more CPU.
      memory: Size.mebibytes(1024),
      timeout: Duration.seconds(300),
      environment: {
        TICK_MINUTES: variables.TICK_MINUTES,
        PUBLIC_URL: publicUrl,
        PLANNED_QUEUE_ARN: plannedQueueArn,
      },
    })
    tables.grant(fn, 'accounts', { rows: ['GetItem', 'BatchGetItem'], query: ['by-change', 'listed'] })
    // Once a day, the function checks whether each account holds the claim on its mailbox.
    tables.grant(fn, 'mailboxClaims', { rows: ['GetItem', 'BatchGetItem', 'PutItem', 'DeleteItem'] })
    tables.grant(fn, 'accountStatus', {
      rows: ['GetItem', 'BatchGetItem', 'PutItem', 'UpdateItem', 'DeleteItem'],
      query: ['due', 'listed'],
    })
    tables.grant(fn, 'overview', { rows: ['GetItem', 'Query', 'PutItem'], writes: ['summary', 'noticed'] })
    tables.grant(fn, 'overview', { rows: ['DeleteItem'], writes: ['noticed'] })
    tables.grant(fn, 'runs', { rows: ['BatchGetItem', 'UpdateItem'], query: ['open', 'recent'] })
    tables.grant(fn, 'messages', { rows: ['BatchGetItem', 'UpdateItem'], query: ['unannounced'] })
    // Notices tell people of consents and client secrets that end, and of the quarantine. The tokens of consents are
    // encrypted, and this function has no key.
    tables.grant(fn, 'oauth2', { rows: ['BatchGetItem'], query: ['by-kind'] })
    tables.grant(fn, 'oauthGrants', { rows: ['BatchGetItem'], query: ['by-profile'] })
    tables.grant(fn, 'handover', { rows: ['BatchGetItem'], query: ['by-kind'] })
    tables.grant(fn, 'unstored', { query: ['open'] })
    notices.grantPublish(fn)
    queue.grantSend(fn)
    announcements.grantPublish(fn)
    announcements.grantListSubscriptions(fn)
    rawMail.name(fn)
    failedEvents.invokeByRule(this, 'Tick', fn, {
      description: 'Postmaster: time to fetch mail.',
      schedule: RuleSchedule.expression(`rate(${variables.TICK_MINUTES} minutes)`),
    })
  }
}
