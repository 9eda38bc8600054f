import type { Queue } from 'aws-cdk-lib/aws-sqs'
import type { OperatorAlarm } from './alarms.ts'
import { fiveMinutes } from './metrics.ts'

/** The queues of what was given up after several attempts. */
export interface DeadLetterQueues {
  readonly fetchJobs: Queue
  readonly events: Queue
  readonly announcements: Queue
  readonly wakes: Queue
}

/** Alarms that a single message in a dead-letter queue triggers. */
export const deadLetterAlarms = (queues: DeadLetterQueues): OperatorAlarm[] => [
  {
    name: 'FetchDeadLetters',
    ...anyMessage(queues.fetchJobs),
    impact:
      'Mail for at least one account arrives late. The fetch function was killed twice during the same job, or ' +
      'it was throttled twice because the AWS account allows fewer concurrent functions than MaxConcurrentFetches. ' +
      'No mail is lost. It stays on the mail server, and the schedule keeps trying.',
    action:
      'If the fetch function has Throttles, raise the limit of the AWS account or lower MaxConcurrentFetches. ' +
      'Otherwise, find the accountId in the message of the dead-letter queue, check the latest runs of that account, and ' +
      'then delete the message.',
    section: "An account's job failed twice",
  },
  {
    name: 'FailedEvents',
    ...anyMessage(queues.events),
    impact:
      'A scheduled function failed to process an event. If it is the dispatch function, mail arrives one tick ' +
      'late, or later if this repeats. The other functions only clean up, so users do not notice a delay. No mail is ' +
      'lost, because the next event of the rule repeats the work.',
    action:
      'Find the rule or function in the message of the queue. Check the function log at the time of the event. If ' +
      'there is no log entry, the function could not start, so check its Throttles metric. Then delete the message.',
    section: 'An event failed',
  },
  {
    name: 'PlanDeadLetters',
    ...anyMessage(queues.announcements),
    impact:
      'At least one message reaches its destinations about ten minutes late. The plan-deliveries function failed ' +
      'three times for its announcement, or SNS could not send the announcement to the queue. No mail is lost, because ' +
      'the sweep plans every message that has not been planned within ten minutes.',
    action:
      'Find the messageId in the message of the dead-letter queue, read the log of the plan-deliveries function ' +
      'at that time, and then delete the message.',
    section: 'An announcement was not planned',
  },
  {
    name: 'DeliveryDeadLetters',
    ...anyMessage(queues.wakes),
    impact:
      'Messages of at least one conversation reach a webhook late. The deliver function was killed or throttled ' +
      'three times for the same wake. No mail is lost, because the sweep wakes the conversation again every minute.',
    action:
      'If the deliver function has Throttles, raise the limit of the AWS account or lower ' +
      'MaxConcurrentDeliveries. Otherwise, find the deliveryId in the message of the dead-letter queue, read the log of ' +
      'the deliver function at that time, and then delete the message.',
    section: 'A wake failed three times',
  },
]

const anyMessage = (queue: Queue) => ({
  metric: queue.metricApproximateNumberOfMessagesVisible({ period: fiveMinutes }),
  threshold: 1,
})
