import { FetchQueue } from '../../lib/schedule/fetch-queue.ts'
import { readEnvironment } from '../environment.ts'
import type { Log } from './logger.ts'
import { openSqs, openSqsOfApi } from './sqs.ts'

/** Opens the fetch queue for functions that send many jobs and have minutes to do so. */
export const openFetchQueue = (log: Log): FetchQueue => new FetchQueue(openSqs(), fetchQueueUrl(), reporting(log))

/**
 * Opens the fetch queue for API functions. It makes two requests with three attempts of one second each. If the queue
 * does not respond, enough time remains for the request's other work and for the response.
 */
export const openFetchQueueOfApi = (log: Log): FetchQueue =>
  new FetchQueue(openSqsOfApi(), fetchQueueUrl(), { ...reporting(log), pauses: [100] })

const fetchQueueUrl = () => readEnvironment(['FETCH_QUEUE_URL']).FETCH_QUEUE_URL

const reporting = (log: Log) => ({
  onRefused: (refusal: { readonly code: string; readonly jobs: number }) =>
    log.error('the fetch queue refused jobs', { ...refusal }),
})
