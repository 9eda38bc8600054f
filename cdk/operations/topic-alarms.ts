import type { OperatorAlarm } from './alarms.ts'
import { undelivered } from './metrics.ts'

export interface TopicArns {
  readonly announcements: string
  readonly notices: string
}

/** Alarms on subscribers that SNS cannot reach. SNS counts a failure when it has given up its attempts. */
export const topicAlarms = ({ announcements, notices }: TopicArns): OperatorAlarm[] => [
  {
    name: 'AnnouncementsUndelivered',
    metric: undelivered(announcements),
    threshold: 1,
    impact:
      'A subscriber of the announcement topic has missed the announcement of at least one message. The message is ' +
      'stored. Destinations of Postmaster itself are not affected, because the sweep plans every message.',
    action:
      'Check the endpoint of each subscription and, for a queue, its policy and its key. Then fetch the missed ' +
      'messages over the API, or let the subscriber list the messages of the time.',
    section: 'A subscriber misses announcements',
  },
  {
    name: 'NoticesUndelivered',
    metric: undelivered(notices),
    threshold: 1,
    impact: 'At least one person or program has not received a notice or an alarm. Mail is not affected.',
    action: 'Check the subscriptions of the notices topic, and open the overview to see what needs a person.',
    section: 'A subscriber misses notices',
  },
]
