import { CfnOutput, Duration, Size } from 'aws-cdk-lib'
import { SqsSubscription } from 'aws-cdk-lib/aws-sns-subscriptions'
import { Queue } from 'aws-cdk-lib/aws-sqs'
import { Construct } from 'constructs'
import { consume, deadLetterQueue, standard } from '../background/queues.ts'
import { CollectorFunction } from '../collector-function.ts'
import type { Resources } from '../resources.ts'
import { fewestConsumers } from '../settings.ts'

/** Planning a batch of ten announcements for 50 destinations is 1,000 writes. */
const planTimeout = Duration.seconds(60)

/** The queue of announcements, and the function that plans a delivery of each message for each matching destination. */
export class Planning extends Construct {
  /** The queue that is subscribed to the announcement topic. */
  readonly queue: Queue
  readonly deadLetters: Queue

  constructor(scope: Construct, id: string, resources: Resources) {
    super(scope, id)
    const { announcements, deliveryQueue } = resources
    this.deadLetters = deadLetterQueue(this, 'DeadLetters', standard)
    this.queue = new Queue(this, 'Announced', {
      ...standard,
      // SNS does not keep the order. With a delay, a reply that arrives together with its first mail is planned after it.
      deliveryDelay: Duration.seconds(2),
      // AWS recommends six times the function's timeout, so that a throttled receive does not count.
      visibilityTimeout: Duration.seconds(6 * planTimeout.toSeconds()),
      // The sweep plans every message that has not been planned within ten minutes.
      retentionPeriod: Duration.days(1),
      deadLetterQueue: { queue: this.deadLetters, maxReceiveCount: 3 },
    })
    announcements.topic.addSubscription(
      new SqsSubscription(this.queue, { rawMessageDelivery: true, deadLetterQueue: this.deadLetters }),
    )
    const fn = new CollectorFunction(this, 'Function', {
      folder: 'plan-deliveries',
      description: 'Plans the deliveries of announced messages.',
      memory: Size.mebibytes(512),
      timeout: planTimeout,
    })
    grantPlanning(fn, resources)
    deliveryQueue.grantSend(fn)
    consume(this, 'Announcements', fn, { queue: this.queue, batchSize: 10, maxConcurrency: fewestConsumers })
    new CfnOutput(scope, 'PlanDeadLettersUrl', { value: this.deadLetters.queueUrl })
  }
}

/** Lets the function decide which destinations receive a message, and create the deliveries. */
export const grantPlanning = (fn: CollectorFunction, { tables }: Pick<Resources, 'tables'>): void => {
  tables.grant(fn, 'messages', { rows: ['GetItem', 'BatchGetItem', 'UpdateItem'], query: ['by-message-id'] })
  tables.grant(fn, 'handover', { rows: ['GetItem'], query: ['by-kind'] })
  tables.grant(fn, 'deliveries', { rows: ['GetItem', 'PutItem'] })
  // A plan that is repeated removes the marker again if the delivery has ended.
  tables.grant(fn, 'openDeliveries', { rows: ['PutItem', 'DeleteItem'] })
}
