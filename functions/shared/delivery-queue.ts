import { SqsWakeQueue } from '../../lib/handover/planning/sqs-wake-queue.ts'
import { readEnvironment } from '../environment.ts'
import type { Log } from './logger.ts'
import { openSqs, openSqsOfApi } from './sqs.ts'

/** Opens the queue that wakes the lanes of push destinations, for functions that run in the background. */
export const openWakeQueue = (log: Log): SqsWakeQueue => {
  const { url, slots } = deliveryQueue()
  return new SqsWakeQueue(openSqs(), url, { slots, ...reporting(log) })
}

/** Opens the queue for API functions. If it does not respond, enough time remains: the sweep wakes the lane later. */
export const openWakeQueueOfApi = (log: Log): SqsWakeQueue => {
  const { url, slots } = deliveryQueue()
  return new SqsWakeQueue(openSqsOfApi(), url, { slots, ...reporting(log), pauses: [] })
}

const deliveryQueue = () => {
  const { DELIVERY_QUEUE_URL: url, MAX_CONCURRENT_DELIVERIES: slots } = readEnvironment([
    'DELIVERY_QUEUE_URL',
    'MAX_CONCURRENT_DELIVERIES',
  ])
  return { url, slots }
}

const reporting = (log: Log) => ({
  onRefused: ({ code, jobs }: { readonly code: string; readonly jobs: number }) =>
    log.warn('the delivery queue refused wakes; the sweep sends them again', { code, wakes: jobs }),
})
