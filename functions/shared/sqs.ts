import { SQSClient } from '@aws-sdk/client-sqs'
import { clientSettings, clientSettingsFor } from './clients.ts'

/** Opens a client for functions that send many messages and have minutes to do so. */
export const openSqs = (): SQSClient => new SQSClient(clientSettings)

/** Opens a client for API functions, with three attempts of one second each. */
export const openSqsOfApi = (): SQSClient => new SQSClient(clientSettingsFor(1_000))
