import { Duration, Size } from 'aws-cdk-lib'
import { EventSourceMapping } from 'aws-cdk-lib/aws-lambda'
import { Construct } from 'constructs'
import { grantAccessTokens } from './access-tokens.ts'
import type { Announcements } from './announcements.ts'
import { CollectorFunction, type CollectorFunctionProps } from './collector-function.ts'
import type { EncryptionKey } from './encryption-key.ts'
import type { FetchQueue } from './fetch-queue.ts'
import type { Notices } from './notices.ts'
import type { RawMail } from './raw-mail.ts'
import { grantSecretReading } from './secrets.ts'
import type { Tables } from './tables.ts'

/** What is under way may go on to 510 s (docs/decisions); the rest is for the run record and the answer to SQS. */
const fetchTimeout = Duration.seconds(540)
/** Longer than the timeout, so that a job is never handed out while its fetch may still run. */
export const fetchVisibility = Duration.seconds(570)

export interface FetchingProps {
  readonly tables: Tables
  readonly rawMail: RawMail
  readonly announcements: Announcements
  readonly notices: Notices
  readonly encryptionKey: EncryptionKey
  readonly queue: FetchQueue
  readonly maxConcurrency: number
  readonly environment: NonNullable<CollectorFunctionProps['environment']>
}

/** The function that fetches one account: the only one that reads passwords and writes raw mail. */
export class Fetching extends Construct {
  constructor(scope: Construct, id: string, props: FetchingProps) {
    super(scope, id)
    const { tables, rawMail, announcements, notices, encryptionKey, queue } = props
    const fn = new CollectorFunction(this, 'Function', {
      folder: 'fetch',
      description: 'Fetches one mail account: store raw, dispatch, announce, then delete on the server.',
      memory: Size.mebibytes(512),
      timeout: fetchTimeout,
      environment: props.environment,
    })
    tables.grant(fn, 'accounts', { rows: ['GetItem'] })
    tables.grant(fn, 'accountStatus', { rows: ['GetItem', 'PutItem', 'UpdateItem', 'DeleteItem'] })
    tables.grant(fn, 'dispatching', { rows: ['BatchGetItem'] })
    tables.grant(fn, 'messages', {
      rows: ['GetItem', 'BatchGetItem', 'PutItem', 'UpdateItem'],
      query: ['by-content'],
    })
    tables.grant(fn, 'runs', { rows: ['GetItem', 'PutItem'] })
    tables.grant(fn, 'conversations', { rows: ['PutItem'] })
    grantSecretReading(fn, 'account')
    grantAccessTokens(fn, { tables, encryptionKey })
    rawMail.grantStore(fn)
    announcements.grantPublish(fn)
    notices.grantPublish(fn)
    queue.grantSend(fn)
    this.#consume(fn, queue, props.maxConcurrency)
  }

  #consume(fn: CollectorFunction, { queue }: FetchQueue, maxConcurrency: number): void {
    fn.may(['sqs:ReceiveMessage', 'sqs:DeleteMessage', 'sqs:GetQueueAttributes'], queue.queueArn)
    const mapping = new EventSourceMapping(this, 'Jobs', {
      target: fn,
      eventSourceArn: queue.queueArn,
      batchSize: 1,
      maxConcurrency,
      reportBatchItemFailures: true,
    })
    // Lambda refuses a mapping to a queue its role may not read yet.
    if (fn.role) mapping.node.addDependency(fn.role)
  }
}
