import { SQSClient } from '@aws-sdk/client-sqs'
import { SqsFetchQueue } from '../../lib/schedule/sqs-fetch-queue.ts'
import { clientSettings, clientSettingsFor } from './clients.ts'
import type { Log } from './logger.ts'

/** The fetch queue for functions that send many jobs and have minutes. */
export const openFetchQueue = (url: string, log: Log): SqsFetchQueue =>
  new SqsFetchQueue(new SQSClient(clientSettings), url, reporting(log))

/**
 * The fetch queue for functions of the API. Two requests with three attempts of a second each, so that a queue that does
 * not answer leaves time for an answer of ours, and for what the request has to do besides.
 */
export const openFetchQueueOfApi = (url: string, log: Log): SqsFetchQueue =>
  new SqsFetchQueue(new SQSClient(clientSettingsFor(1_000)), url, { ...reporting(log), pauses: [100] })

const reporting = (log: Log) => ({
  onRefused: (refusal: { readonly code: string; readonly jobs: number }) =>
    log.error('the fetch queue refused jobs', { ...refusal }),
})
