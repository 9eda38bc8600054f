import { fingerprintsOf } from '../../accounts/fields/custom-ca.ts'
import type { Actor } from '../../audit/audit-entry.ts'
import type { AuditTrail } from '../../audit/audit-trail.ts'
import {
  type Audited,
  type ChangeBy,
  changeVersioned,
  createVersioned,
  firstStamp,
  type Versioned,
} from '../../changes/versioned-change.ts'
import { ProblemError } from '../../reasons/problem.ts'
import type { SecretStore } from '../../secrets/secret-store.ts'
import type { ListOptions, ListPosition } from '../../tables/list-by-kind.ts'
import type { DynamoCircuits } from '../circuits/dynamo-circuits.ts'
import type { Destination } from './destination.ts'
import type { DestinationInput } from './destination-input.ts'
import { patchedDestination } from './destination-patch.ts'
import { type DestinationRules, parseDestination } from './destination-rules.ts'
import { type DynamoDestinations, mostDestinations } from './destination-store.ts'
import type { DynamoDestinationTokens } from './destination-tokens.ts'
import { type OpenDeliveries, refuseWhileDelivering } from './destination-use.ts'
import {
  type DestinationView,
  type DestinationViewServices,
  destinationViewOf,
  destinationViewsOf,
} from './destination-view.ts'
import type { FiguresStore } from './figures.ts'
import { authSecretId } from './secrets/destination-secrets.ts'
import { putSecrets, secretVersionsAfter } from './secrets/secret-versions.ts'

/** The dependencies of this file's use cases. They can set the secrets but not read them. */
export interface DestinationServices extends DestinationViewServices, DestinationRules {
  readonly destinations: DynamoDestinations
  readonly tokens: DynamoDestinationTokens
  readonly circuits: Pick<DynamoCircuits, 'readMany' | 'close'>
  readonly figures: Pick<FiguresStore, 'readMany' | 'remove'>
  readonly openDeliveries: Pick<OpenDeliveries, 'statesOf'>
  readonly destinationSecrets: Pick<SecretStore, 'put' | 'deleteWithRecovery'>
  readonly audit: AuditTrail
  readonly newId: () => string
}

export interface DestinationChange extends ChangeBy {
  readonly destinationId: string
}

/**
 * The order is: secrets, audit entry, claim of the name, row. An interruption leaves no destination, only a claim that
 * can be taken over after a minute and secrets that are removed after a day.
 * @throws ProblemError `invalid-request`, `name-taken`, `too-many-destinations`
 */
export const createDestination = async (
  services: DestinationServices,
  raw: unknown,
  by: Actor,
): Promise<Versioned<DestinationView>> => {
  const input = await parseDestination(raw, services)
  // Two requests at the same moment may both create one. The limit exists for the time that planning needs.
  if ((await services.destinations.all()).length >= mostDestinations)
    throw new ProblemError('too-many-destinations', `There are already ${mostDestinations} destinations.`)
  const destinationId = services.newId()
  const destination: Destination = {
    ...settingsOf(input),
    destinationId,
    ...(await putSecrets(services.destinationSecrets, destinationId, input)),
    ...firstStamp(services.now(), by),
  }
  try {
    const create = () => services.destinations.create(destination)
    await createVersioned(services, { thing: destination, audited, by }, create)
  } catch (error) {
    // After another error, the destination may exist.
    if (error instanceof ProblemError) await deleteSecrets(services, destination)
    throw error
  }
  return await destinationViewOf(services, destination)
}

/** @throws ProblemError `not-found` */
export const readDestination = async (
  services: DestinationServices,
  destinationId: string,
): Promise<Versioned<DestinationView>> => await destinationViewOf(services, await existing(services, destinationId))

/** Lists the destinations sorted by name. */
export const listDestinations = async (
  services: DestinationServices,
  options: ListOptions,
): Promise<{ items: DestinationView[]; next?: ListPosition }> => {
  const page = await services.destinations.list(options)
  return { ...page, items: await destinationViewsOf(services, page.items) }
}

/**
 * PUT: omitted fields return to their defaults, except for the secrets.
 * @throws the same errors as `apply`
 */
export const replaceDestination = async (services: DestinationServices, change: DestinationChange, raw: unknown) =>
  await apply(services, change, () => raw)

/** Applies a JSON Merge Patch (RFC 7396). @throws the same errors as `apply` */
export const changeDestination = async (
  services: DestinationServices,
  change: DestinationChange,
  patch: Record<string, unknown>,
) => await apply(services, change, (current) => patchedDestination(current, patch))

/**
 * The order is: secrets, audit entry, row, deletion of a secret that is no longer used. If the row has changed since it
 * was read, no row refers to the new versions of the secrets.
 * @throws ProblemError `not-found`, `invalid-request`, `name-taken`, `rotation-under-way`, `changed-meanwhile`
 */
const apply = async (
  services: DestinationServices,
  { destinationId, ...change }: DestinationChange,
  documentFrom: (current: Destination) => unknown,
): Promise<Versioned<DestinationView>> => {
  const { after, before } = await changeVersioned(
    services,
    changeable(services, destinationId),
    change,
    async (current, stamp) => {
      const input = await parseDestination(documentFrom(current), services, current)
      const versions = await secretVersionsAfter(services, current, input)
      const after: Destination = { ...settingsOf(input), destinationId, ...versions, ...stamp() }
      return { after, write: () => services.destinations.replace(after, current) }
    },
  )
  if (before.authVersion !== undefined && after.authVersion === undefined)
    await services.destinationSecrets.deleteWithRecovery(authSecretId(destinationId))
  return await destinationViewOf(services, after)
}

/**
 * The order is: audit entry, row, claim, tokens, secrets, status. An interruption after the row leaves tokens that lead
 * to no destination, and secrets for the daily cleanup.
 * @throws ProblemError `not-found`, `destination-in-use`, `changed-meanwhile`
 */
export const deleteDestination = async (
  services: DestinationServices,
  { destinationId, ...change }: DestinationChange,
): Promise<void> => {
  const { before } = await changeVersioned(services, changeable(services, destinationId), change, async (current) => {
    await refuseWhileDelivering(services, current)
    return { write: () => services.destinations.remove(current) }
  })
  for (const token of await services.tokens.ofDestination(destinationId)) await services.tokens.remove(token)
  await deleteSecrets(services, before)
  await services.circuits.close(destinationId)
  await services.figures.remove(destinationId)
}

const deleteSecrets = async (
  { destinationSecrets }: DestinationServices,
  { destinationId, secretVersion, authVersion }: Destination,
): Promise<void> => {
  if (secretVersion !== undefined) await destinationSecrets.deleteWithRecovery(destinationId)
  if (authVersion !== undefined) await destinationSecrets.deleteWithRecovery(authSecretId(destinationId))
}

/** The settings without the secrets, which no row contains. */
const settingsOf = ({ webhook, ...settings }: DestinationInput) => {
  if (webhook === undefined) return settings
  const { auth, signingSecret: _signingSecret, ...others } = webhook
  return { ...settings, webhook: { ...others, ...(auth && { auth: withoutValue(auth) }) } }
}

const withoutValue = (auth: NonNullable<NonNullable<DestinationInput['webhook']>['auth']>) => {
  const { value: _value, ...others } = auth
  return others
}

/** The audit trail records only that secrets were changed, and certificates by their fingerprints. */
const audited = (destination: Destination): Audited => {
  const { secretVersion, previousSecretVersion: _former, previousUntil: _until, authVersion, ...settings } = destination
  const { webhook, ...fields } = settings
  const { customCa, ...others } = webhook ?? {}
  return {
    subject: `/destinations/${destination.destinationId}`,
    name: destination.name,
    fields: {
      ...fields,
      ...(webhook && { webhook: { ...others, ...(customCa !== undefined && { customCa: fingerprintsOf(customCa) }) } }),
      ...(secretVersion !== undefined && { signingSecret: secretVersion }),
      ...(authVersion !== undefined && { authValue: authVersion }),
    },
    secrets: ['signingSecret', 'authValue'],
  }
}

const changeable = (services: DestinationServices, destinationId: string) => ({
  audited,
  read: () => existing(services, destinationId),
})

/** @throws ProblemError `not-found` */
export const existing = async (
  { destinations }: { readonly destinations: Pick<DynamoDestinations, 'read'> },
  destinationId: string,
): Promise<Destination> => {
  const destination = await destinations.read(destinationId)
  if (!destination) throw new ProblemError('not-found', 'There is no destination with this id.')
  return destination
}
