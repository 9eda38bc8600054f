import { Duration, Size } from 'aws-cdk-lib'
import { Construct } from 'constructs'
import { consume } from '../background/queues.ts'
import { CollectorFunction } from '../collector-function.ts'
import { grantSecretReading } from '../data/secrets.ts'
import { webhookVariables } from '../parameters.ts'
import type { Resources } from '../resources.ts'

/**
 * The function starts deliveries of a conversation for up to 60 s, and the last one may take the 60 s of the longest
 * time-out. The rest is reserved for reading the mail and recording the outcome.
 */
const deliverTimeout = Duration.seconds(180)
/** Longer than the timeout, so that SQS never wakes a conversation again while it may still be worked on. */
export const deliverVisibility = Duration.seconds(210)

/** The function that sends messages to webhooks. No other background function reads the secrets of destinations. */
export class Delivering extends Construct {
  constructor(scope: Construct, id: string, resources: Resources, maxConcurrency: number) {
    super(scope, id)
    const { tables, rawMail, deliveryQueue, publicUrl, variables } = resources
    const fn = new CollectorFunction(this, 'Function', {
      folder: 'deliver',
      description: 'Sends the oldest open deliveries of one conversation to a webhook.',
      memory: Size.mebibytes(512),
      timeout: deliverTimeout,
      environment: {
        ...webhookVariables(variables),
        PUBLIC_URL: publicUrl,
        CONTROL_HEADER_PREFIX: variables.CONTROL_HEADER_PREFIX,
      },
    })
    grantSettling(fn, resources)
    // The destination and its circuit.
    tables.grant(fn, 'handover', { rows: ['GetItem', 'UpdateItem', 'DeleteItem'], writes: ['circuit#*'] })
    rawMail.grantRead(fn)
    grantSecretReading(fn, 'destination')
    deliveryQueue.grantSend(fn)
    consume(this, 'Wakes', fn, { queue: deliveryQueue.queue, batchSize: 1, maxConcurrency })
  }
}

/** Lets the function take the oldest delivery of a conversation, record its outcome and finish it. */
export const grantSettling = (
  fn: CollectorFunction,
  { tables, rawMail }: Pick<Resources, 'tables' | 'rawMail'>,
): void => {
  tables.grant(fn, 'deliveries', { rows: ['GetItem', 'BatchGetItem', 'UpdateItem'] })
  tables.grant(fn, 'openDeliveries', { rows: ['Query', 'DeleteItem'] })
  tables.grant(fn, 'messages', { rows: ['GetItem'] })
  rawMail.grantMarkEnded(fn)
}
