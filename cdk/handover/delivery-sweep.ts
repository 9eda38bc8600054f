import { Duration, Size } from 'aws-cdk-lib'
import { Schedule } from 'aws-cdk-lib/aws-events'
import { Construct } from 'constructs'
import { CollectorFunction } from '../collector-function.ts'
import type { Resources } from '../resources.ts'
import { grantSettling } from './delivering.ts'
import { grantPlanning } from './planning.ts'

/**
 * Every minute, repeats work that a crash or a lost announcement left undone, wakes due deliveries, and counts them.
 */
export class DeliverySweep extends Construct {
  constructor(scope: Construct, id: string, resources: Resources) {
    super(scope, id)
    const { tables, notices, deliveryQueue, failedEvents, publicUrl, variables } = resources
    const fn = new CollectorFunction(this, 'Function', {
      folder: 'sweep-deliveries',
      description: 'Every minute: plans missed messages, wakes due deliveries and counts open ones.',
      memory: Size.mebibytes(512),
      // The function starts no work after 45 s. The next event continues where this one ends.
      timeout: Duration.seconds(60),
      environment: { TICK_MINUTES: variables.TICK_MINUTES, PUBLIC_URL: publicUrl },
    })
    grantPlanning(fn, resources)
    grantSettling(fn, resources)
    tables.grant(fn, 'messages', { query: ['unplanned', 'by-day'] })
    tables.grant(fn, 'deliveries', { query: ['due', 'by-state'] })
    tables.grant(fn, 'unstored', { query: ['open'] })
    // Circuits, figures and the sweep's own position.
    tables.grant(fn, 'handover', {
      rows: ['PutItem', 'UpdateItem'],
      writes: ['circuit#*', 'figures#*', 'sweep#*'],
    })
    // When the schedule's latest tick was.
    tables.grant(fn, 'overview', { rows: ['GetItem'] })
    notices.grantPublish(fn)
    deliveryQueue.grantSend(fn)
    failedEvents.invokeByRule(this, 'EveryMinute', fn, {
      description: 'Postmaster: time to check deliveries.',
      schedule: Schedule.rate(Duration.minutes(1)),
    })
  }
}
