import { CfnOutput } from 'aws-cdk-lib'
import { Construct } from 'constructs'
import type { Api } from '../api/api.ts'
import { type CollectorFunction, functionsBelow } from '../collector-function.ts'
import type { Planning } from '../handover/planning.ts'
import type { Resources } from '../resources.ts'
import type { Settings } from '../settings.ts'
import { Alarms } from './alarms.ts'
import { apiAlarms } from './api-alarms.ts'
import { Dashboard } from './dashboard.ts'
import { deadLetterAlarms } from './dead-letter-alarms.ts'
import { fetchAlarms } from './fetch-alarms.ts'
import { functionAlarms } from './function-alarms.ts'
import { handOverAlarms } from './hand-over-alarms.ts'
import { dashboardNameOf, OwnMetrics } from './metrics.ts'
import { scheduleAlarms } from './schedule-alarms.ts'
import { topicAlarms } from './topic-alarms.ts'

export interface OperationsProps {
  readonly api: Api
  readonly resources: Pick<Resources, 'announcements' | 'notices' | 'queue' | 'deliveryQueue' | 'failedEvents'>
  readonly planning: Planning
  readonly settings: Pick<Settings, 'alarmTopicArn' | 'runbookUrl'>
}

/**
 * The alarms and the dashboard of a deployment. Alarms are sent to the notices topic, unless the deployer names another
 * one. Create it after all functions.
 */
export class Operations extends Construct {
  constructor(scope: Construct, id: string, { api, resources, planning, settings }: OperationsProps) {
    super(scope, id)
    const { announcements, notices, queue, deliveryQueue, failedEvents } = resources
    const noticesArn = notices.topic.topicArn
    const own = new OwnMetrics(this)
    const functions = functionsBelow(scope)
    const functionIn = (folder: string): CollectorFunction => {
      const fn = functions.get(folder)
      if (!fn) throw new Error(`no function has the folder ${folder}`)
      return fn
    }
    const { all } = new Alarms(this, 'Alarms', {
      topicArn: settings.alarmTopicArn ?? noticesArn,
      runbookUrl: settings.runbookUrl,
      alarms: [
        ...scheduleAlarms(own, functionIn('dispatch')),
        ...fetchAlarms(own, queue.queue),
        ...handOverAlarms(own),
        ...deadLetterAlarms({
          fetchJobs: queue.deadLetters,
          events: failedEvents.queue,
          announcements: planning.deadLetters,
          wakes: deliveryQueue.deadLetters,
        }),
        ...functionAlarms(own, functionIn),
        ...topicAlarms({ announcements: announcements.topic.topicArn, notices: noticesArn }),
        ...apiAlarms(api.gateway),
      ],
    })
    new Dashboard(this, 'Dashboard', {
      own,
      alarms: all,
      fetchQueue: queue.queue,
      deliveryQueue: deliveryQueue.queue,
      announcedQueue: planning.queue,
      background: [...functions.values()].filter((fn) => !fn.node.path.startsWith(api.node.path)),
      gateway: api.gateway,
    })
    new CfnOutput(scope, 'DashboardName', { value: dashboardNameOf(this) })
  }
}
