import { SNSClient } from '@aws-sdk/client-sns'
import { Notices } from '../../lib/notifications/notices.ts'
import { SnsTopic } from '../../lib/notifications/sns-topic.ts'
import { readEnvironment } from '../environment.ts'
import { clientSettings } from './clients.ts'

export const openNotices = (): Notices => {
  const { NOTICES_TOPIC_ARN, PUBLIC_URL } = readEnvironment(['NOTICES_TOPIC_ARN', 'PUBLIC_URL'])
  return new Notices(new SnsTopic(new SNSClient(clientSettings), NOTICES_TOPIC_ARN), PUBLIC_URL)
}
