import { Stack, type StackProps } from 'aws-cdk-lib'
import type { Construct } from 'constructs'
import { Api } from './api/api.ts'
import { type ApiResources, addFunctions } from './api/functions.ts'
import { addOAuth2Functions } from './api/oauth2-functions.ts'
import { EndGrants } from './background/end-grants.ts'
import { FailedEvents } from './background/failed-events.ts'
import { FetchQueue } from './background/fetch-queue.ts'
import { Fetching, fetchVisibility } from './background/fetching.ts'
import { Schedule } from './background/schedule.ts'
import { SecretSweep } from './background/secret-sweep.ts'
import { reserveConcurrency } from './collector-function.ts'
import { collectorParameters } from './parameters.ts'
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
    const { tables, rawMail, announcements, notices, encryptionKey, issuer } = stateful
    const deploymentId = stateful.deploymentId.value
    const parameters = collectorParameters(this, settings)
    const addresses = {
      ALLOW_PRIVATE_ADDRESSES: parameters.allowPrivateAddresses.valueAsString,
      ALLOW_CLEAR_TEXT_ON_LOOPBACK: parameters.allowClearTextOnLoopback.valueAsString,
      EXTRA_MAIL_PORTS: parameters.extraMailPorts.valueAsString,
    }
    const tick = { TICK_MINUTES: parameters.tickMinutes.valueAsString }

    const queue = new FetchQueue(this, 'FetchQueue', { visibilityTimeout: fetchVisibility, ...settings })
    const failedEvents = new FailedEvents(this, 'FailedEvents', settings)
    new Schedule(this, 'Schedule', {
      tables,
      rawMail,
      announcements,
      queue,
      failedEvents,
      tickMinutes: parameters.tickMinutes.valueAsString,
      environment: tick,
    })
    new Fetching(this, 'Fetching', {
      tables,
      rawMail,
      announcements,
      notices,
      encryptionKey,
      queue,
      maxConcurrency: parameters.maxConcurrentFetches.valueAsNumber,
      environment: {
        ...addresses,
        ...tick,
        CONTROL_HEADER_PREFIX: parameters.controlHeaderPrefix.valueAsString,
      },
    })
    new SecretSweep(this, 'SecretSweep', { tables, deploymentId, failedEvents })
    new EndGrants(this, 'EndGrants', { tables, encryptionKey, failedEvents, environment: addresses })

    const api = new Api(this, 'Api', {
      issuer,
      roles: {
        GROUP_CLAIM: parameters.groupClaim.valueAsString,
        READER_GROUP: parameters.readerGroup.valueAsString,
        ADMIN_GROUP: parameters.adminGroup.valueAsString,
      },
      ...settings,
    })
    const resources: ApiResources = {
      tables,
      rawMail,
      encryptionKey,
      deploymentId,
      queue,
      addresses,
      returnToUrls: parameters.returnToUrls.valueAsString,
    }
    addFunctions(api, resources)
    addOAuth2Functions(api, resources)
    reserveConcurrency(this, settings.reservedConcurrency)
  }
}
