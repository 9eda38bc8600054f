import type { ServiceCall } from '../../emulators/signed-calls/service-call.ts'
import { type AccessRequest, type Surroundings, UnknownCall } from '../access-request.ts'
import { dynamoDbRequests } from './dynamodb.ts'
import { kmsRequests } from './kms.ts'
import { s3Requests } from './s3.ts'
import { secretsManagerRequests } from './secrets-manager.ts'
import { snsRequests } from './sns.ts'
import { sqsRequests } from './sqs.ts'

/**
 * The permissions that a call needs. All of them must be allowed.
 * @throws UnknownCall if the local run does not know them
 */
export const requestsOf = (call: ServiceCall, surroundings: Surroundings): readonly AccessRequest[] => {
  const { service, operation, body } = call
  if (service === 's3') return s3Requests(call, surroundings)
  // SQS is the only service on this port that uses the JSON protocol.
  if (service === 'messaging' && operation === undefined) return snsRequests(body, surroundings)
  try {
    const input: unknown = JSON.parse(body.toString())
    switch (service) {
      case 'dynamodb':
        return dynamoDbRequests(operation, input, surroundings)
      case 'messaging':
        return sqsRequests(operation, input, surroundings)
      case 'secretsmanager':
        return secretsManagerRequests(operation, input, surroundings)
      case 'kms':
        return kmsRequests(operation, input, surroundings)
    }
  } catch (error) {
    if (error instanceof UnknownCall) throw error
    // The cause is not attached, because it can contain a part of the body.
    throw new UnknownCall(`the body of the ${service} operation ${operation}`)
  }
}
