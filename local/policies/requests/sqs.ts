import * as z from 'zod'
import { type AccessRequest, arnOf, type Surroundings, UnknownCall } from '../access-request.ts'

const inputSchema = z.looseObject({ QueueUrl: z.string().optional(), QueueName: z.string().optional() })

/** The action of each operation. SQS allows a batch with the permission of the single operation. */
const actions: Readonly<Record<string, string>> = {
  SendMessage: 'SendMessage',
  SendMessageBatch: 'SendMessage',
  ReceiveMessage: 'ReceiveMessage',
  DeleteMessage: 'DeleteMessage',
  DeleteMessageBatch: 'DeleteMessage',
  ChangeMessageVisibility: 'ChangeMessageVisibility',
  ChangeMessageVisibilityBatch: 'ChangeMessageVisibility',
  GetQueueAttributes: 'GetQueueAttributes',
  GetQueueUrl: 'GetQueueUrl',
}

export const sqsRequests = (
  operation: string | undefined,
  body: unknown,
  surroundings: Surroundings,
): AccessRequest[] => {
  const { QueueUrl, QueueName } = inputSchema.parse(body)
  const action = actions[operation ?? '']
  const name = QueueUrl?.split('/').at(-1) ?? QueueName
  if (action === undefined || name === undefined) throw new UnknownCall(`the SQS operation ${operation}`)
  return [{ action: `sqs:${action}`, resource: arnOf('sqs', surroundings, name), keys: {} }]
}
