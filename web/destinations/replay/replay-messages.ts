import { api, bodyOf } from '../../api/client.ts'
import type { Destination } from '../destination.ts'
import { type Found, selects } from './selection.ts'

/** A quarter of what the API accepts, so that the progress moves every few seconds. */
const messagesPerRequest = 25
/** More would take more than half an hour. */
export const mostMessages = 5000

interface Range {
  readonly from: string
  readonly to: string
}

/** @throws ApiProblem @throws TooManyMessages */
export const findMessages = async (
  { destinationId, selection }: Destination,
  range: Range,
  onFound: (count: number) => void,
): Promise<Found> => {
  const messageIds: string[] = []
  let next: string | undefined
  do {
    const query = { ...range, state: 'announced' as const, limit: 100, next }
    const page = await bodyOf(api.GET('/messages', { params: { query } }))
    messageIds.push(...page.items.filter((message) => selects(selection, message)).map(({ messageId }) => messageId))
    onFound(messageIds.length)
    if (messageIds.length > mostMessages) throw new TooManyMessages()
    next = page.next
  } while (next !== undefined)
  // The list begins with the newest, and the messages of a conversation must arrive in order.
  return { messageIds: messageIds.toReversed(), planned: await plannedSince(destinationId, range.from) }
}

export class TooManyMessages extends Error {}

/** A message is planned after it was stored, so an earlier delivery cannot belong to a message of the range. */
const plannedSince = async (destinationId: string, from: string): Promise<Set<string>> => {
  const planned = new Set<string>()
  let next: string | undefined
  do {
    const query = { destinationId, from, limit: 100, next }
    const page = await bodyOf(api.GET('/deliveries', { params: { query } }))
    for (const { messageId } of page.items) planned.add(messageId)
    next = page.next
  } while (next !== undefined)
  return planned
}

export interface Progress {
  readonly handedOver: number
  /** Their deliveries were open already. */
  readonly unchanged: number
  readonly failed: readonly { readonly messageId: string; readonly detail: string }[]
}

export const nothingYet: Progress = { handedOver: 0, unchanged: 0, failed: [] }

export const countOf = ({ handedOver, unchanged, failed }: Progress): number => handedOver + unchanged + failed.length

/**
 * Hands messages over in the given order. It stops after the current request when the signal is aborted.
 * @throws ApiProblem
 */
export const replayMessages = async (
  destinationId: string,
  messageIds: readonly string[],
  { onProgress, signal }: { readonly onProgress: (progress: Progress) => void; readonly signal: AbortSignal },
): Promise<Progress> => {
  const left = [...messageIds]
  let progress = nothingYet
  while (left.length > 0 && !signal.aborted) {
    const batch = left.splice(0, messagesPerRequest)
    const { items } = await replay(destinationId, batch)
    // What the API could not try in time comes first in the next request, so that the order stays.
    left.unshift(...items.flatMap(({ messageId, problem }) => (problem?.code === 'not-tried' ? [messageId] : [])))
    progress = added(progress, items)
    onProgress(progress)
  }
  return progress
}

type Items = Awaited<ReturnType<typeof replay>>['items']
const replay = (destinationId: string, messageIds: string[]) =>
  bodyOf(
    api.POST('/destinations/{destinationId}/replay', { params: { path: { destinationId } }, body: { messageIds } }),
  )

const added = (before: Progress, items: Items): Progress => ({
  handedOver: before.handedOver + items.filter(({ delivery }) => delivery).length,
  unchanged: before.unchanged + items.filter(({ problem }) => problem?.code === 'delivery-open').length,
  failed: [
    ...before.failed,
    ...items.flatMap(({ messageId, problem }) =>
      problem && problem.code !== 'delivery-open' && problem.code !== 'not-tried'
        ? [{ messageId, detail: problem.detail }]
        : [],
    ),
  ],
})
