import type { Actor } from '../audit/actor.ts'
import { assertVersion, changedMeanwhile, type ExpectedVersion } from '../changes/expected-version.ts'
import { mergePatch } from '../changes/merge-patch.ts'
import { changeRounds, creationStampOf, stampOf, type Versioned } from '../changes/versioned-change.ts'
import { ProblemError } from '../reasons/problem.ts'
import { invalidRequest, parseRequest } from '../requests/parse-request.ts'
import type { ListPosition } from '../tables/list-by-kind.ts'
import { addressIntention } from './audited-queues.ts'
import type { SystemAddress } from './queue.ts'
import { type SystemAddressChange, type SystemAddressInput, systemAddressChangeSchema } from './queue-input.ts'
import { type DispatchingServices, type SystemAddressView, systemAddressViewOf } from './queue-services.ts'

type Services = DispatchingServices

/** @throws ProblemError `invalid-request` for an unknown queue, `name-taken` */
export const createSystemAddress = async (
  services: Services,
  input: SystemAddressInput,
  by: Actor,
): Promise<Versioned<SystemAddressView>> => {
  const queueName = await nameOfQueue(services, input.queueId)
  const address = { ...input, version: 1, ...creationStampOf(services.now(), by) }
  const create = () => services.addresses.create(address)
  if (!(await services.audit.record(addressIntention('create', by, undefined, address), create, Boolean)))
    throw new ProblemError('name-taken', `${input.address} is already a system address.`)
  return { view: systemAddressViewOf(address, queueName), version: 1 }
}

/** @throws ProblemError `not-found` */
export const readSystemAddress = async (services: Services, text: string): Promise<Versioned<SystemAddressView>> => {
  const address = await existing(services, text)
  const queue = await services.queues.read(address.queueId)
  return { view: systemAddressViewOf(address, queue?.name), version: address.version }
}

export const listSystemAddresses = async (
  { addresses, queues }: Services,
  { limit, after }: { limit: number; after?: ListPosition | undefined },
): Promise<{ items: SystemAddressView[]; next?: ListPosition }> => {
  const page = await addresses.list({ limit, after })
  const named = await queues.readMany(page.addresses.map(({ queueId }) => queueId))
  const names = new Map(named.map(({ queueId, name }) => [queueId, name]))
  const items = page.addresses.map((address) => systemAddressViewOf(address, names.get(address.queueId)))
  return { items, ...(page.next && { next: page.next }) }
}

/** @throws ProblemError `not-found`, `invalid-request`, `changed-meanwhile` */
export const replaceSystemAddress = async (
  services: Services,
  text: string,
  input: SystemAddressChange,
  expected: ExpectedVersion,
  by: Actor,
): Promise<Versioned<SystemAddressView>> => await rewrite(services, text, () => input, expected, by)

/** Applies a JSON Merge Patch to the system address. A field set to null is reset to its default. */
export const changeSystemAddress = async (
  services: Services,
  text: string,
  patch: unknown,
  expected: ExpectedVersion,
  by: Actor,
): Promise<Versioned<SystemAddressView>> => {
  const patched = ({ queueId, validity, comment }: SystemAddress) =>
    parseRequest(systemAddressChangeSchema, mergePatch({ queueId, validity, comment }, patch))
  return await rewrite(services, text, patched, expected, by)
}

/** @throws ProblemError `not-found`, `changed-meanwhile` */
export const deleteSystemAddress = async (
  services: Services,
  text: string,
  expected: ExpectedVersion,
  by: Actor,
): Promise<void> => {
  for (let round = 0; round < changeRounds; round += 1) {
    const previous = await existing(services, text)
    assertVersion(expected, previous.version)
    const remove = () => services.addresses.remove(previous.address, previous.version)
    if (await services.audit.record(addressIntention('delete', by, previous, undefined), remove, Boolean)) return
    if (expected !== 'any') break
  }
  throw changedMeanwhile()
}

const rewrite = async (
  services: Services,
  text: string,
  inputFor: (address: SystemAddress) => SystemAddressChange,
  expected: ExpectedVersion,
  by: Actor,
): Promise<Versioned<SystemAddressView>> => {
  for (let round = 0; round < changeRounds; round += 1) {
    const previous = await existing(services, text)
    assertVersion(expected, previous.version)
    const { address = previous.address, ...input } = inputFor(previous)
    if (address !== previous.address)
      throw invalidRequest([{ path: '/address', message: 'cannot be changed. Create another system address.' }])
    const queueName = await nameOfQueue(services, input.queueId)
    const version = previous.version + 1
    const changed = { ...previous, ...input, ...stampOf(services.now(), by), version }
    const replace = () => services.addresses.replace(changed, previous.version)
    if (await services.audit.record(addressIntention('change', by, previous, changed), replace, Boolean))
      return { view: systemAddressViewOf(changed, queueName), version }
    if (expected !== 'any') break
  }
  throw changedMeanwhile()
}

const existing = async ({ addresses }: Services, text: string): Promise<SystemAddress> => {
  const address = await addresses.read(text)
  if (!address) throw new ProblemError('not-found', 'This system address does not exist.')
  return address
}

/** An invalid queue is allowed. Its addresses do not match until it is valid again. */
const nameOfQueue = async ({ queues }: Services, queueId: string): Promise<string> => {
  const queue = await queues.read(queueId)
  if (!queue) throw invalidRequest([{ path: '/queueId', message: 'is not the id of a queue' }])
  return queue.name
}
