import { Duration, Size } from 'aws-cdk-lib'
import { Schedule as RuleSchedule } from 'aws-cdk-lib/aws-events'
import { Construct } from 'constructs'
import { CollectorFunction, type CollectorFunctionProps } from '../collector-function.ts'
import type { RawMail } from '../data/raw-mail.ts'
import type { Tables } from '../data/tables.ts'
import type { Announcements } from '../data/topics.ts'
import type { FailedEvents } from './failed-events.ts'
import type { FetchQueue } from './fetch-queue.ts'

export interface ScheduleProps {
  readonly tables: Tables
  readonly rawMail: RawMail
  readonly announcements: Announcements
  readonly queue: FetchQueue
  readonly failedEvents: FailedEvents
  /** The minutes as a CloudFormation value, usually a parameter's value. */
  readonly tickMinutes: string
  readonly environment: NonNullable<CollectorFunctionProps['environment']>
}

/** The scheduled tick. It requests a run of every due account and announces messages that a crash left unannounced. */
export class Schedule extends Construct {
  constructor(scope: Construct, id: string, props: ScheduleProps) {
    super(scope, id)
    const { tables, rawMail, announcements, queue, failedEvents } = props
    const fn = new CollectorFunction(this, 'Function', {
      folder: 'dispatch',
      description: 'At every tick: requests a fetch run of each due account.',
      // 10,000 due accounts in one tick need 10,000 run rows and 1,000 batches to SQS. More memory means more CPU.
      memory: Size.mebibytes(1024),
      timeout: Duration.seconds(300),
      environment: props.environment,
    })
    tables.grant(fn, 'accounts', { rows: ['GetItem', 'BatchGetItem'], query: ['by-change'] })
    // Once a day, the function checks whether each account holds the claim on its mailbox.
    tables.grant(fn, 'mailboxClaims', { rows: ['GetItem', 'BatchGetItem', 'PutItem', 'DeleteItem'] })
    tables.grant(fn, 'accountStatus', {
      rows: ['GetItem', 'BatchGetItem', 'PutItem', 'UpdateItem', 'DeleteItem'],
      query: ['due'],
    })
    tables.grant(fn, 'runs', { rows: ['BatchGetItem', 'PutItem'], query: ['open'] })
    tables.grant(fn, 'messages', { rows: ['BatchGetItem', 'UpdateItem'], query: ['unannounced'] })
    queue.grantSend(fn)
    announcements.grantPublish(fn)
    rawMail.name(fn)
    failedEvents.invokeByRule(this, 'Tick', fn, {
      description: 'Postmaster: time to fetch mail.',
      schedule: RuleSchedule.expression(`rate(${props.tickMinutes} minutes)`),
    })
  }
}
