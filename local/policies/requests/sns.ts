import { type AccessRequest, type Surroundings, UnknownCall } from '../access-request.ts'
import { kmsKeys } from './kms.ts'

/** The operations on one topic, with their actions. */
const actions: Readonly<Record<string, string>> = {
  Publish: 'Publish',
  PublishBatch: 'Publish',
  GetTopicAttributes: 'GetTopicAttributes',
  ListSubscriptionsByTopic: 'ListSubscriptionsByTopic',
}

/** SNS uses the query protocol: the operation and its input are in a form. */
export const snsRequests = (body: Buffer, { region, topicKeys }: Surroundings): AccessRequest[] => {
  const form = new URLSearchParams(body.toString())
  const [operation = '', topic] = [form.get('Action') ?? '', form.get('TopicArn') ?? form.get('TargetArn')]
  const action = actions[operation]
  if (action === undefined || topic === null) throw new UnknownCall(`the SNS operation ${operation}`)
  const key = topicKeys.get(topic)
  const requests: AccessRequest[] = [{ action: `sns:${action}`, resource: topic, keys: {} }]
  if (action !== 'Publish' || key === undefined) return requests
  // SNS encrypts the message with the permissions of the publisher.
  // https://docs.aws.amazon.com/sns/latest/dg/sns-key-management.html
  const keys = { 'kms:ViaService': `sns.${region}.amazonaws.com`, ...kmsKeys({ 'aws:sns:topicArn': topic }) }
  return [...requests, ...['kms:GenerateDataKey', 'kms:Decrypt'].map((one) => ({ action: one, resource: key, keys }))]
}
