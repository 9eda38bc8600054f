import { Duration, Size } from 'aws-cdk-lib'
import { Construct } from 'constructs'
import { CollectorFunction } from '../collector-function.ts'
import { grantAccessTokens, grantSecretReading } from '../data/secrets.ts'
import { networkVariables } from '../parameters.ts'
import type { Resources } from '../resources.ts'
import { consume } from './queues.ts'

/** A run may work for up to 510 s (docs/decisions). The rest is reserved for the run record and the response to SQS. */
const fetchTimeout = Duration.seconds(540)
/** Longer than the timeout, so that SQS never delivers a job again while its fetch may still be running. */
export const fetchVisibility = Duration.seconds(570)

/** The function that fetches one account. It reads passwords and tokens, and no other function stores raw mail. */
export class Fetching extends Construct {
  constructor(scope: Construct, id: string, resources: Resources, maxConcurrency: number) {
    super(scope, id)
    const { tables, rawMail, announcements, notices, encryptionKey, queue, publicUrl, variables } = resources
    const { TICK_MINUTES, CONTROL_HEADER_PREFIX } = variables
    const fn = new CollectorFunction(this, 'Function', {
      folder: 'fetch',
      description: 'Fetches one mail account: stores, dispatches and announces its messages, then removes them.',
      memory: Size.mebibytes(512),
      timeout: fetchTimeout,
      environment: { ...networkVariables(variables), TICK_MINUTES, CONTROL_HEADER_PREFIX, PUBLIC_URL: publicUrl },
    })
    tables.grant(fn, 'accounts', { rows: ['GetItem'] })
    tables.grant(fn, 'accountStatus', { rows: ['GetItem', 'PutItem', 'UpdateItem', 'DeleteItem'] })
    tables.grant(fn, 'dispatching', { rows: ['BatchGetItem'] })
    tables.grant(fn, 'messages', {
      rows: ['GetItem', 'BatchGetItem', 'PutItem', 'UpdateItem'],
      query: ['by-content'],
    })
    tables.grant(fn, 'unstored', { rows: ['PutItem', 'UpdateItem', 'DeleteItem'], query: ['by-account'] })
    tables.grant(fn, 'runs', { rows: ['GetItem', 'UpdateItem'] })
    tables.grant(fn, 'conversations', { rows: ['PutItem'] })
    // Raw mail is marked as received if someone has subscribed to the announcements.
    tables.grant(fn, 'overview', { rows: ['GetItem', 'UpdateItem'], writes: ['stored'] })
    grantSecretReading(fn, 'account')
    grantAccessTokens(fn, { tables, encryptionKey })
    rawMail.grantStore(fn)
    announcements.grantPublish(fn)
    notices.grantPublish(fn)
    queue.grantSend(fn)
    consume(this, 'Jobs', fn, { queue: queue.queue, batchSize: 1, maxConcurrency })
  }
}
