import * as z from 'zod'
import type { Actor } from '../audit/actor.ts'
import { assertVersion, changedMeanwhile, type ExpectedVersion } from '../changes/expected-version.ts'
import { mergePatch } from '../changes/merge-patch.ts'
import { changeRounds, creationStampOf, stampOf, type Versioned } from '../changes/versioned-change.ts'
import { ProblemError } from '../reasons/problem.ts'
import { parseRequest } from '../requests/parse-request.ts'
import { type ListPosition, listPositionSchema } from '../tables/list-by-kind.ts'
import { queueIntention } from './audited-queues.ts'
import { builtInQueue, type Queue } from './queue.ts'
import { type QueueInput, queueInputSchema } from './queue-input.ts'
import { builtInQueueRecord } from './queue-ports.ts'
import { type DispatchingServices, type QueueView, queueViewOf } from './queue-services.ts'
import { refuseWhenInUse } from './queue-use.ts'

/** The built-in queue comes first, on the same page as other queues. With a limit of 1, it fills the page alone. */
export const queueCursorSchema = z.union([z.strictObject({ start: z.literal(true) }), listPositionSchema])
export type QueueCursor = z.infer<typeof queueCursorSchema>

export const createQueue = async (
  services: DispatchingServices,
  input: QueueInput,
  by: Actor,
): Promise<Versioned<QueueView>> => {
  const queue: Queue = { queueId: services.newQueueId(), ...input, version: 1, ...creationStampOf(services.now(), by) }
  const create = () => services.queues.create(queue)
  if (!(await services.audit.record(queueIntention('create', by, undefined, queue), create, Boolean)))
    throw nameTaken(input.name)
  return await versioned(services, queue)
}

/** @throws ProblemError `not-found` */
export const readQueue = async (services: DispatchingServices, queueId: string): Promise<Versioned<QueueView>> =>
  await versioned(services, await existing(services, queueId))

export const listQueues = async (
  services: DispatchingServices,
  { limit, cursor }: { limit: number; cursor?: QueueCursor | undefined },
): Promise<{ items: QueueView[]; next?: QueueCursor }> => {
  const builtIn = cursor === undefined ? [builtInQueueRecord] : []
  const room = limit - builtIn.length
  const defaultId = await defaultQueueIdOf(services)
  if (room === 0) return { items: builtIn.map((queue) => queueViewOf(queue, defaultId)), next: { start: true } }
  const after: ListPosition | undefined = cursor && 'key' in cursor ? cursor : undefined
  const { queues, next } = await services.queues.list({ limit: room, after })
  const items = [...builtIn, ...queues].map((queue) => queueViewOf(queue, defaultId))
  return { items, ...(next && { next }) }
}

/** @throws ProblemError `not-found`, `built-in`, `name-taken`, `changed-meanwhile` */
export const replaceQueue = async (
  services: DispatchingServices,
  queueId: string,
  input: QueueInput,
  expected: ExpectedVersion,
  by: Actor,
): Promise<Versioned<QueueView>> => await rewrite(services, queueId, () => input, expected, by)

/** Applies a JSON Merge Patch to the queue. A field set to null is reset to its default. */
export const changeQueue = async (
  services: DispatchingServices,
  queueId: string,
  patch: unknown,
  expected: ExpectedVersion,
  by: Actor,
): Promise<Versioned<QueueView>> => {
  const patched = ({ name, validity, comment }: Queue) =>
    parseRequest(queueInputSchema, mergePatch({ name, validity, comment }, patch))
  return await rewrite(services, queueId, patched, expected, by)
}

/** @throws ProblemError `not-found`, `built-in`, `queue-in-use`, `changed-meanwhile` */
export const deleteQueue = async (
  services: DispatchingServices,
  queueId: string,
  expected: ExpectedVersion,
  by: Actor,
): Promise<void> => {
  for (let round = 0; round < changeRounds; round += 1) {
    const queue = await changeable(services, queueId, expected)
    await refuseWhenInUse(services, queue)
    const remove = () => services.queues.remove(queue)
    if (await services.audit.record(queueIntention('delete', by, queue, undefined), remove, Boolean)) return
    if (expected !== 'any') break
  }
  throw changedMeanwhile()
}

const rewrite = async (
  services: DispatchingServices,
  queueId: string,
  inputFor: (queue: Queue) => QueueInput,
  expected: ExpectedVersion,
  by: Actor,
): Promise<Versioned<QueueView>> => {
  for (let round = 0; round < changeRounds; round += 1) {
    const previous = await changeable(services, queueId, expected)
    const input = inputFor(previous)
    const queue = { ...previous, ...input, ...stampOf(services.now(), by), version: previous.version + 1 }
    const outcome = await services.audit.record(
      queueIntention('change', by, previous, queue),
      () => services.queues.replace(queue, previous),
      (answer) => answer === 'replaced',
    )
    if (outcome === 'replaced') return await versioned(services, queue)
    if (outcome === 'name-taken') throw nameTaken(input.name)
    if (expected !== 'any') break
  }
  throw changedMeanwhile()
}

const changeable = async (services: DispatchingServices, queueId: string, expected: ExpectedVersion) => {
  const queue = await existing(services, queueId)
  if (queueId === builtInQueue.queueId)
    throw new ProblemError('built-in', `The queue ${builtInQueue.name} is built in and cannot be changed or deleted.`)
  assertVersion(expected, queue.version)
  return queue
}

const existing = async (services: DispatchingServices, queueId: string): Promise<Queue> => {
  const queue = await services.queues.read(queueId)
  if (!queue) throw new ProblemError('not-found', 'There is no queue with this id.')
  return queue
}

const versioned = async (services: DispatchingServices, queue: Queue): Promise<Versioned<QueueView>> => ({
  view: queueViewOf(queue, await defaultQueueIdOf(services)),
  version: queue.version,
})

const defaultQueueIdOf = async ({ defaultQueue }: DispatchingServices): Promise<string> =>
  (await defaultQueue.read())?.queueId ?? builtInQueue.queueId

const nameTaken = (name: string) => new ProblemError('name-taken', `A queue named ${name} already exists.`)
