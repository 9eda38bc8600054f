import { Stack, type StackProps } from 'aws-cdk-lib'
import type { Construct } from 'constructs'
import { Api } from './api/api.ts'
import { scopeResource } from './api/api-clients.ts'
import { addFunctions } from './api/functions.ts'
import { addHandoverFunctions } from './api/handover-functions.ts'
import { addOAuth2Functions } from './api/oauth2-functions.ts'
import { addPageSession } from './api/page-session.ts'
import { EndGrants } from './background/end-grants.ts'
import { FailedEvents } from './background/failed-events.ts'
import { FetchQueue } from './background/fetch-queue.ts'
import { Fetching, fetchVisibility } from './background/fetching.ts'
import { Schedule } from './background/schedule.ts'
import { SecretSweep } from './background/secret-sweep.ts'
import { reserveConcurrency } from './collector-function.ts'
import { Delivering, deliverVisibility } from './handover/delivering.ts'
import { DeliveryQueue } from './handover/delivery-queue.ts'
import { DeliverySweep } from './handover/delivery-sweep.ts'
import { Planning } from './handover/planning.ts'
import { Operations } from './operations/operations.ts'
import { addPage } from './page/page.ts'
import { collectorParameters } from './parameters.ts'
import type { Resources } from './resources.ts'
import type { Settings } from './settings.ts'
import type { StatefulStack } from './stateful-stack.ts'

export interface CollectorStackProps extends StackProps {
  readonly settings: Settings
  readonly stateful: StatefulStack
}

/** The resources that can be destroyed and deployed again: functions, API, schedule and queue. */
export class CollectorStack extends Stack {
  constructor(scope: Construct, id: string, { settings, stateful, ...props }: CollectorStackProps) {
    super(scope, id, props)
    const { tables, rawMail, announcements, notices, encryptionKey, deploymentId, issuer } = stateful
    const { variables, maxConcurrentFetches, maxConcurrentDeliveries } = collectorParameters(this, settings)
    const { GROUP_CLAIM, READER_GROUP, ADMIN_GROUP } = variables
    const scopes = settings.apiClients.size > 0 && { SCOPE_RESOURCE: scopeResource }
    const roles = { GROUP_CLAIM, READER_GROUP, ADMIN_GROUP, ...scopes }
    const api = new Api(this, 'Api', { issuer, roles, ...settings })
    const resources: Resources = {
      tables,
      rawMail,
      announcements,
      notices,
      encryptionKey,
      deploymentId,
      queue: new FetchQueue(this, 'FetchQueue', { visibilityTimeout: fetchVisibility }),
      deliveryQueue: new DeliveryQueue(this, 'DeliveryQueue', {
        visibilityTimeout: deliverVisibility,
        maxConcurrency: maxConcurrentDeliveries,
      }),
      failedEvents: new FailedEvents(this, 'FailedEvents'),
      publicUrl: api.publicUrl,
      variables,
    }
    const planning = new Planning(this, 'Planning', resources)
    new Schedule(this, 'Schedule', resources, planning.queue.queueArn)
    new Fetching(this, 'Fetching', resources, maxConcurrentFetches)
    new SecretSweep(this, 'SecretSweep', resources)
    new EndGrants(this, 'EndGrants', resources)
    new Delivering(this, 'Delivering', resources, maxConcurrentDeliveries)
    new DeliverySweep(this, 'DeliverySweep', resources)
    addFunctions(api, resources)
    addOAuth2Functions(api, resources)
    addHandoverFunctions(api, resources)
    addPage(this, api)
    addPageSession(api, resources, issuer)
    new Operations(this, 'Operations', { api, resources, planning, settings })
    reserveConcurrency(this, settings.reservedConcurrency)
  }
}
