import type { Actor } from '../audit/audit-entry.ts'
import {
  type ChangeBy,
  changeVersioned,
  createVersioned,
  firstStamp,
  type Versioned,
} from '../changes/versioned-change.ts'
import { ProblemError } from '../reasons/problem.ts'
import { invalidRequest, parseRequest } from '../requests/parse-request.ts'
import type { ListPosition } from '../tables/list-by-kind.ts'
import type { QueueServices } from './manage-queues.ts'
import {
  comparableAddress,
  type SystemAddress,
  type SystemAddressChange,
  type SystemAddressInput,
  type SystemAddressView,
  systemAddressChangeSchema,
  systemAddressViewOf,
} from './system-address.ts'

/** @throws ProblemError `invalid-request` for an unknown queue, `name-taken` */
export const createSystemAddress = async (
  services: QueueServices,
  input: SystemAddressInput,
  by: Actor,
): Promise<Versioned<SystemAddressView>> => {
  const queueName = await nameOfQueue(services, input.queueId)
  const thing = { ...input, ...firstStamp(services.now(), by) }
  if (!(await createVersioned(services, { thing, audited, by }, () => services.addresses.create(thing))))
    throw new ProblemError('name-taken', takenBy(await services.addresses.read(input.address), input))
  return { view: systemAddressViewOf(thing, queueName), version: thing.version }
}

/** @throws ProblemError `not-found` */
export const readSystemAddress = async (
  services: QueueServices,
  text: string,
): Promise<Versioned<SystemAddressView>> => {
  const address = await existing(services, text)
  const queue = await services.queues.read(address.queueId)
  return { view: systemAddressViewOf(address, queue?.name), version: address.version }
}

export const listSystemAddresses = async (
  { addresses, queues }: QueueServices,
  { limit, after }: { limit: number; after?: ListPosition | undefined },
): Promise<{ items: SystemAddressView[]; next?: ListPosition }> => {
  const page = await addresses.list({ limit, after })
  const named = await queues.readMany(page.addresses.map(({ queueId }) => queueId))
  const names = new Map(named.map(({ queueId, name }) => [queueId, name]))
  const items = page.addresses.map((address) => systemAddressViewOf(address, names.get(address.queueId)))
  return { items, ...(page.next && { next: page.next }) }
}

/**
 * Changes a system address. Fields that the new document omits get their defaults, but the address stays the same.
 * @param documentFrom builds the new document from the current one
 * @throws ProblemError `not-found`, `invalid-request`, `changed-meanwhile`
 */
export const changeSystemAddress = async (
  services: QueueServices,
  text: string,
  documentFrom: (current: SystemAddressChange) => unknown,
  change: ChangeBy,
): Promise<Versioned<SystemAddressView>> => {
  const made = await changeVersioned(services, changeable(services, text), change, async (current, stamp) => {
    const { queueId, validity, comment } = current
    const document = documentFrom({ queueId, validity, comment })
    const { address = current.address, ...input } = parseRequest(systemAddressChangeSchema, document)
    if (comparableAddress(address) !== comparableAddress(current.address))
      throw invalidRequest([{ path: '/address', message: 'cannot be changed. Create another system address.' }])
    const queueName = await nameOfQueue(services, input.queueId)
    const after = { ...current, ...input, ...stamp() }
    return { after, queueName, write: () => services.addresses.replace(after, current.version) }
  })
  return { view: systemAddressViewOf(made.after, made.queueName), version: made.after.version }
}

/** @throws ProblemError `not-found`, `changed-meanwhile` */
export const deleteSystemAddress = async (services: QueueServices, text: string, change: ChangeBy): Promise<void> => {
  await changeVersioned(services, changeable(services, text), change, async ({ address, version }) => ({
    write: () => services.addresses.remove(address, version),
  }))
}

/** @param existing undefined if the address was deleted in the meantime */
const takenBy = (existing: SystemAddress | undefined, { address }: SystemAddressInput): string =>
  existing === undefined || existing.address === address
    ? `${address} is already a system address.`
    : `${address} is the same address as the system address ${existing.address}.`

const audited = (address: SystemAddress) => ({
  subject: `/system-addresses/${encodeURIComponent(address.address)}`,
  name: address.address,
  fields: address,
})

const changeable = (services: QueueServices, text: string) => ({ audited, read: () => existing(services, text) })

const existing = async ({ addresses }: QueueServices, text: string): Promise<SystemAddress> => {
  const address = await addresses.read(text)
  if (!address) throw new ProblemError('not-found', 'This system address does not exist.')
  return address
}

/** An invalid queue is allowed. Its addresses do not match until it is valid again. */
const nameOfQueue = async ({ queues }: QueueServices, queueId: string): Promise<string> => {
  const queue = await queues.read(queueId)
  if (!queue) throw invalidRequest([{ path: '/queueId', message: 'is not the id of a queue' }])
  return queue.name
}
