import { SQSClient } from '@aws-sdk/client-sqs'
import { SqsFetchQueue } from '../../lib/schedule/fetch-queue.ts'
import { clientSettings, clientSettingsFor } from './clients.ts'
import type { Log } from './logger.ts'

/** Opens the fetch queue for functions that send many jobs and have minutes to do so. */
export const openFetchQueue = (url: string, log: Log): SqsFetchQueue =>
  new SqsFetchQueue(new SQSClient(clientSettings), url, reporting(log))

/**
 * Opens the fetch queue for API functions. It makes two requests with three attempts of one second each. If the queue
 * does not respond, enough time remains for the request's other work and for the response.
 */
export const openFetchQueueOfApi = (url: string, log: Log): SqsFetchQueue =>
  new SqsFetchQueue(new SQSClient(clientSettingsFor(1_000)), url, { ...reporting(log), pauses: [100] })

const reporting = (log: Log) => ({
  onRefused: (refusal: { readonly code: string; readonly jobs: number }) =>
    log.error('the fetch queue refused jobs', { ...refusal }),
})
